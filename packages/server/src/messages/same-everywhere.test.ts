/**
 * Whatever two people say, correct, take back, mark and feel: a device that was there throughout, one that nobody looked at, one that was
 * away and resumed, one that reads history, and one that comes to what waited for it show the same in the end.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { town, type Town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { EnableCarbons } from '@plodge/xmpp/xeps/carbons.ts'
import { QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { archive } from '../modules/archive/archive.ts'
import { carbons } from '../modules/carbons/carbons.ts'
import { offline, type OfflineModule } from '../modules/offline/offline.ts'
import { messageIn, shown } from './conversation.testing.ts'

const ROUNDS = 40
const STEPS = 60
const DOMAIN = 'chat.cam.ac.uk'

/** Numbers that look random and are the same every time (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
}

interface Said {
  readonly id: string
  readonly author: string
}

/** One payload, about something that was said before or new. */
function payload(roll: (sides: number) => number, author: string, id: string, said: Said[]): string {
  const any = said[roll(Math.max(said.length, 1))]
  const own = said.filter(one => one.author === author)
  const mine = own[roll(Math.max(own.length, 1))]
  const kind = roll(10)
  if (kind === 4 && mine) return `<body>corrected ${id}</body><replace xmlns='urn:xmpp:message-correct:0' id='${mine.id}'/>`
  if (kind === 5 && mine) {
    const fallback = `<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/><body>took something back</body>`
    return `<retract xmlns='urn:xmpp:message-retract:1' id='${mine.id}'/>${roll(2) === 0 ? fallback : ''}`
  }
  // Of somebody else's, which counts for nothing.
  if (kind === 6 && any && roll(3) === 0) return `<retract xmlns='urn:xmpp:message-retract:1' id='${any.id}'/>`
  if (kind === 6 && any)
    return `<reactions xmlns='urn:xmpp:reactions:0' id='${any.id}'>${'<reaction>🐢</reaction>'.repeat(roll(3))}</reactions><store xmlns='urn:xmpp:hints'/>`
  if (kind === 7 && any) return `<displayed xmlns='urn:xmpp:chat-markers:0' id='${any.id}'/>`
  if (kind === 8 && any) return `<received xmlns='urn:xmpp:receipts' id='${any.id}'/>`
  if (kind === 9) return `<composing xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>`
  said.push({ id, author })
  return `<body>words ${id}</body><markable xmlns='urn:xmpp:chat-markers:0'/>`
}

interface CareTown extends Town {
  readonly delivery: OfflineModule
}

function careTown(): CareTown {
  let delivery: OfflineModule | undefined
  const here = town({
    modules: ({ store, rosters }) => {
      const settings = { enabled: true, default: 'always', search: true } as const
      const history = archive({ archive: store.archive, documents: store.documents, rosters, settings })
      delivery = offline({ archive: store.archive, isInHistory: history.isInHistory, pace: () => {} })
      return [carbons(), history, delivery]
    },
  })
  return { ...here, delivery: delivery ?? assert.fail() }
}

const shows = (texts: readonly string[], author?: string): readonly string[] =>
  shown(
    texts.flatMap(text => messageIn(text) ?? []),
    author,
  )

/** All of it, in pages; the IQ results are not among what a client takes. */
async function readHistory(client: TownClient): Promise<readonly string[]> {
  const texts: string[] = []
  let after: string | undefined
  for (;;) {
    const page = { ...WHOLE_SET, max: 7, after }
    const fin = await client.asks(QueryArchive, { queryId: undefined, node: undefined, filter: undefined, page, isFlipped: false })
    texts.push(...client.takes().filter(text => text.includes('<result ')))
    if (fin.complete === 'true') return texts
    after = fin.page?.last
  }
}

async function round(seed: number): Promise<void> {
  const roll = dice(seed)
  const { client, clock, settled, delivery } = careTown()
  const romeo = client('romeo/orchard')
  const device = async (name: string, options = {}): Promise<TownClient> => {
    const device = client(`juliet/${name}`, options)
    await device.comes()
    await device.asks(EnableCarbons, {})
    return device
  }
  const [desk, tablet, idle] = [await device('desk'), await device('tablet'), await device('idle', { acknowledges: true })]
  const phone = await device('phone', { acknowledges: true })
  for (const one of [desk, tablet, idle, phone]) one.takes()
  idle.session.rest(clock.now(), 1000)
  const said: Said[] = []
  const [leaves, acknowledged] = [roll(STEPS), roll(STEPS)]
  for (let step = 0; step < STEPS; step++) {
    clock.advance({ seconds: 1 })
    const author = roll(3) === 0 ? 'juliet' : 'romeo'
    const id = `m${step}`
    const content = payload(roll, author, id, said)
    const message = (to: string): string => `<message type='chat' id='${id}' to='${to}@${DOMAIN}'>${content}</message>`
    if (author === 'juliet') await desk.says(message('romeo'))
    else await romeo.says(message('juliet') + message('nurse'))
    if (step === acknowledged && step < leaves) phone.acknowledges()
    if (step === leaves) await phone.vanishes()
  }
  await settled()
  const live = tablet.takes()
  const expected = shows(live)
  idle.session.wake()
  assert.deepEqual(shows(idle.takes()), expected, `idle, seed ${seed}`)
  const early = phone.takes()
  await phone.returns()
  // What was not acknowledged comes again, and applying it twice changes nothing (the client knows what it has by its id).
  const late = phone.takes()
  const seen = new Set(early.map(idIn))
  assert.deepEqual(shows([...early, ...late.filter(text => !seen.has(idIn(text)))]), expected, `resumed, seed ${seed}`)
  const reader = client('juliet/new')
  assert.deepEqual(shows(await readHistory(reader)), expected, `from history, seed ${seed}`)
  const nurse = client('nurse/home')
  await nurse.comes()
  assert.deepEqual(shows(nurse.takes(), 'romeo'), shows(live, 'romeo'), `offline, seed ${seed}`)
  await delivery.close()
}

const idIn = (text: string): string => messageIn(text)?.attributes['id'] ?? ''

test(`every device shows the same after ${ROUNDS} conversations of ${STEPS} steps`, async () => {
  for (let seed = 1; seed <= ROUNDS; seed++) await round(seed)
})
