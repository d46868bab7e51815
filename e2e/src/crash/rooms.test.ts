/**
 * People talk in a room, and its owner makes and unmakes members, while the server is killed with -9 at random moments and started again:
 * what somebody said and heard themselves is in the history once, under the id that it was heard with, and under no other was it heard by
 * others; whoever was made a member is one. CRASH_ROUNDS says how often; 20 unless told otherwise.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { Client } from '../client/client.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type Account, type RunningTarget, person } from '../target/target.ts'

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 20)
const PEOPLE = 6
const MUC = 'http://jabber.org/protocol/muc'
const SID = 'urn:xmpp:sid:0'
const MAM = 'urn:xmpp:mam:2'

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: PEOPLE })
})
after(() => target.stop())

const room = (): string => `ledger@group.${target.domain}`
const bodyOf = (message: Element): string | undefined => message.child('jabber:client', 'body')?.text

/** Somebody inside who says one thing after the other, and remembers what they heard of it and of the others, and under which id. */
class Speaker {
  readonly #account: Account
  /** Of what they said themselves: for the room to say it to them is a promise. */
  readonly promised = new Map<string, string>()
  readonly heard = new Map<string, string>()
  client: Client | undefined
  #said = 0

  constructor(account: Account) {
    this.#account = account
  }

  async enter(): Promise<void> {
    const client = await Client.connect(target, { account: this.#account })
    this.client = client
    client.taps.add(stanza => {
      const isLate = stanza.child('urn:xmpp:delay', 'delay') !== undefined
      const body = stanza.name === 'message' && stanza.attributes['type'] === 'groupchat' && !isLate ? bodyOf(stanza) : undefined
      if (body === undefined) return false
      const isOwn = body.startsWith(`${this.#account.name} `)
      ;(isOwn ? this.promised : this.heard).set(body, stanza.child(SID, 'stanza-id')?.attributes['id'] ?? '')
      return !isOwn
    })
    client.send(`<presence to='${room()}/x'><x xmlns='${MUC}'><history maxstanzas='0'/></x></presence>`)
    await client.next(stanza => stanza.name === 'message' && stanza.child('jabber:client', 'subject') !== undefined, 'the subject')
  }

  async talk(): Promise<void> {
    const { client } = this
    if (!client) return
    while (!client.line.isGone) {
      const body = `${this.#account.name} ${(this.#said += 1)}`
      client.send(`<message to='${room()}' type='groupchat' id='${this.#said}'><body>${body}</body></message>`)
      await Promise.race([client.next(stanza => bodyOf(stanza) === body, body), client.line.gone()])
    }
  }
}

/** Makes members and ends that, one after the other. */
async function administer(client: Client, acknowledged: Map<string, string>, doubtful: Set<string>): Promise<void> {
  for (let count = 0; !client.line.isGone; count++) {
    const jid = `member${count % 20}@${target.domain}`
    const affiliation = acknowledged.get(jid) === 'member' ? 'none' : 'member'
    doubtful.add(jid)
    const done = client.ask('set', `<query xmlns='${MUC}#admin'><item affiliation='${affiliation}' jid='${jid}'/></query>`, room())
    const answer = await Promise.race([done, client.line.gone()])
    if (!answer) return
    doubtful.delete(jid)
    acknowledged.set(jid, affiliation)
  }
}

/** Every message of the history, by its id. */
async function history(client: Client): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (let after = ''; ;) {
    const page = `<set xmlns='http://jabber.org/protocol/rsm'><max>250</max>${after === '' ? '' : `<after>${after}</after>`}</set>`
    const results: Element[] = []
    const tap = (stanza: Element): boolean => {
      const result = stanza.child(MAM, 'result')
      if (result) results.push(result)
      return result !== undefined
    }
    client.taps.add(tap)
    const fin = (await client.ask('set', `<query xmlns='${MAM}'>${page}</query>`, room())).child(MAM, 'fin')
    client.taps.delete(tap)
    for (const result of results) {
      const message = result.child('urn:xmpp:forward:0', 'forwarded')?.child('jabber:client', 'message')
      after = result.attributes['id'] ?? ''
      found.set(after, (message && bodyOf(message)) ?? '')
    }
    if (results.length === 0 || fin?.attributes['complete'] === 'true') return found
  }
}

const isPromised = targetName === 'plodge'
test('what was heard in a room, and who is what in it, survives kill -9', { skip: !isPromised && 'only Plodge promises this' }, async t => {
  const speakers = Array.from({ length: PEOPLE }, (_, at) => new Speaker(person(target, at)))
  const owner = speakers[0] as Speaker
  await owner.enter()
  await owner.client?.ask('set', `<query xmlns='${MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>`, room())
  await Promise.all(speakers.slice(1).map(speaker => speaker.enter()))
  const affiliations = new Map<string, string>()
  const doubtful = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    const work = [...speakers.map(speaker => speaker.talk()), administer(owner.client as Client, affiliations, doubtful)]
    await sleep(150 + Math.random() * 400)
    await target.kill()
    await Promise.allSettled(work)
    await target.start()
    await Promise.all(speakers.map(speaker => speaker.enter()))
    const client = owner.client as Client
    const kept = await history(client)
    const bodies = [...kept.values()]
    assert.equal(new Set(bodies).size, bodies.length, 'nothing is there twice')
    const lost = speakers.flatMap(({ promised }) => [...promised].filter(([body, id]) => kept.get(id) !== body))
    assert.deepEqual(lost.slice(0, 10), [], 'what was promised is there')
    const idOf = new Map([...kept].map(([id, body]) => [body, id]))
    const other = speakers.flatMap(({ heard }) => [...heard].filter(([body, id]) => (idOf.get(body) ?? id) !== id))
    assert.deepEqual(other.slice(0, 10), [], 'what was heard and is there was heard under the same id')
    const asked = await client.ask('get', `<query xmlns='${MUC}#admin'><item affiliation='member'/></query>`, room())
    const members = new Set(asked.child(`${MUC}#admin`, 'query')?.elements.map(({ attributes }) => attributes['jid']))
    const wrong = [...affiliations].filter(([jid, one]) => !doubtful.has(jid) && members.has(jid) !== (one === 'member'))
    assert.deepEqual(wrong, [], 'who was made a member is one')
    for (const jid of doubtful) affiliations.set(jid, members.has(jid) ? 'member' : 'none')
    doubtful.clear()
  }
  const count = speakers.reduce((sum, { promised }) => sum + promised.size, 0)
  t.diagnostic(`${ROUNDS} rounds, ${count} messages promised and there`)
  assert.ok(count > ROUNDS * PEOPLE, 'Too little was heard for the test to mean anything')
  await Promise.all(speakers.map(async ({ client }) => client?.line.close()))
})
