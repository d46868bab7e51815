/**
 * The owner of a room makes and unmakes members and announces things while the server is killed with -9 at random moments and started again. An
 * admin who was told of every change (XEP-0463) and says at each coming back what they know has the same list as the room in the end, and
 * what they were told that they have read (XEP-0333) they have read. CRASH_ROUNDS says how often; 20 unless told otherwise.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { Client } from '../client/client.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type Account, type RunningTarget, person } from '../target/target.ts'

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 20)
const MUC = 'http://jabber.org/protocol/muc'
const MAV = 'urn:xmpp:muc:affiliations:1'
const MARKERS = 'urn:xmpp:chat-markers:0'

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: 2 })
})
after(() => target.stop())

const room = (): string => `notices@group.${target.domain}`
const isSubject = (stanza: Element): boolean => stanza.name === 'message' && stanza.child('jabber:client', 'subject') !== undefined

async function enters(account: Account, listen: (stanza: Element) => boolean, payload = ''): Promise<Client> {
  const client = await Client.connect(target, { account })
  client.taps.add(listen)
  client.send(`<presence to='${room()}/x'><x xmlns='${MUC}'><history maxstanzas='0'/>${payload}</x></presence>`)
  await client.next(isSubject, 'the subject')
  return client
}

/** An admin who knows the lists by what they are told alone, and acknowledges what is announced. */
class Reader {
  readonly known = new Map<string, string>()
  version: string | undefined
  /** Changes that went on from another version than they knew. */
  gaps = 0
  diffs = 0
  wholes = 0
  /** How far the room has said that they have read. */
  read = 0
  client: Client | undefined

  async enter(account: Account): Promise<void> {
    const since = this.version === undefined ? '' : ` since='${this.version}'`
    this.client = await enters(account, stanza => this.hear(stanza), `<mav xmlns='${MAV}'${since}/>`)
  }

  hear(stanza: Element): boolean {
    const displayed = Number(stanza.child(MARKERS, 'displayed')?.attributes['id'] ?? 0)
    if (displayed > 0) {
      this.read = Math.max(this.read, displayed)
    }
    const said = stanza.child(MARKERS, 'markable') && stanza.child('urn:xmpp:sid:0', 'stanza-id')?.attributes['id']
    if (said !== undefined)
      this.client?.send(`<message to='${room()}' type='groupchat' id='m'><displayed xmlns='${MARKERS}' id='${said}'/></message>`)
    const news = stanza.child(`${MUC}#user`, 'x')
    const mav = news?.child(MAV, 'mav')?.attributes
    if (mav?.['until'] === undefined) return false
    const isOwn = news?.elements.some(({ name, attributes }) => name === 'status' && attributes['code'] === '110')
    if (stanza.name === 'presence' && mav['since'] === undefined && isOwn) {
      assert.equal(mav['until'], this.version, 'the list is that of the version that one comes in with')
      return false
    }
    this.#take(mav, news?.elements.filter(({ name }) => name === 'item') ?? [])
    return false
  }

  #take({ since, until }: Readonly<Record<string, string>>, items: readonly Element[]): void {
    if (since === undefined) {
      this.known.clear()
      this.wholes += 1
    } else if (since === this.version) this.diffs += 1
    else this.gaps += 1
    for (const { attributes } of items) this.known.set(attributes['jid']?.split('/')[0] ?? '', attributes['affiliation'] ?? '')
    this.version = until
  }
}

async function administer(client: Client, round: number): Promise<void> {
  for (let count = 0; !client.line.isGone; count++) {
    const affiliation = (count >> 3) % 2 === 0 ? 'member' : 'none'
    const item = `<item affiliation='${affiliation}' jid='member${(round + count) % 8}@${target.domain}'/>`
    if (count % 10 === 0)
      client.send(`<message to='${room()}' type='groupchat' id='${count}'><body>${count}</body><markable xmlns='${MARKERS}'/></message>`)
    await Promise.race([client.ask('set', `<query xmlns='${MUC}#admin'>${item}</query>`, room()), client.line.gone()])
  }
}

async function listOf(client: Client): Promise<readonly string[]> {
  const lists = ['owner', 'admin', 'member'].map(async affiliation => {
    const answer = await client.ask('get', `<query xmlns='${MUC}#admin'><item affiliation='${affiliation}'/></query>`, room())
    return answer.child(`${MUC}#admin`, 'query')?.elements.map(({ attributes }) => `${attributes['jid']} ${affiliation}`) ?? []
  })
  return (await Promise.all(lists)).flat().sort()
}

test(
  'who was told of every change knows the lists after kill -9, and what was acknowledged stays so',
  { skip: targetName !== 'plodge' && 'only Plodge promises this' },
  async t => {
    const [first, second] = [person(target, 0), person(target, 1)]
    let owner = await enters(first, () => false)
    const field = "<field var='{urn:plodge:rooms}acknowledgements'><value>1</value></field>"
    const type = `<field var='FORM_TYPE' type='hidden'><value>${MUC}#roomconfig</value></field>`
    await owner.ask('set', `<query xmlns='${MUC}#owner'><x xmlns='jabber:x:data' type='submit'>${type}${field}</x></query>`, room())
    const admin = `<item affiliation='admin' jid='${second.name}@${target.domain}'/>`
    await owner.ask('set', `<query xmlns='${MUC}#admin'>${admin}</query>`, room())
    const reader = new Reader()
    await reader.enter(second)
    let acknowledged = 0
    for (let round = 0; round < ROUNDS; round++) {
      const work = administer(owner, round)
      await sleep(150 + Math.random() * 400)
      await target.kill()
      await Promise.allSettled([work])
      const before = reader.read
      acknowledged += before > 0 ? 1 : 0
      await target.start()
      owner = await enters(first, () => false)
      // Who comes in is told anew.
      reader.read = 0
      await reader.enter(second)
      const known = [...reader.known]
        .filter(([, affiliation]) => affiliation !== 'none')
        .map(([jid, affiliation]) => `${jid} ${affiliation}`)
      assert.deepEqual(known.sort(), await listOf(owner))
      assert.ok(reader.read >= before, 'what was acknowledged is forgotten')
    }
    assert.equal(reader.gaps, 0, 'no change is told of that does not go on from the one before')
    t.diagnostic(`${ROUNDS} rounds: ${reader.diffs} changes told, ${reader.wholes} whole lists, ${acknowledged} acknowledgements outlived`)
    assert.ok(reader.diffs > ROUNDS, 'Too little was told for the test to mean anything')
    assert.ok(acknowledged > ROUNDS / 2)
    await Promise.all([owner, reader.client].map(async client => client?.line.close()))
  },
)
