/**
 * People publish and retract items of personal nodes, the server is killed with -9 at random moments and started again: what it
 * acknowledged is there, whole, and what it acknowledged as gone is gone. CRASH_ROUNDS says how often; 8 unless told otherwise.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../client/client.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type Account, type RunningTarget, person } from '../target/target.ts'

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 8)
const PEOPLE = 6
const NODE = 'urn:example:ledger'
const PUBSUB = 'http://jabber.org/protocol/pubsub'
const LENGTH = 2000

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: PEOPLE })
})
after(() => target.stop())

const field = (name: string, value: string): string => `<field var='${name}'><value>${value}</value></field>`
const OPTIONS = `<publish-options><x xmlns='jabber:x:data' type='submit'>${field('FORM_TYPE', `${PUBSUB}#publish-options`)}${field('pubsub#max_items', 'max')}</x></publish-options>`
/** Long enough to be half written, if anything were. */
const payload = (id: string): string => `<entry xmlns='urn:example'>${id.padEnd(LENGTH, '.')}</entry>`
const request = (inside: string): string => `<pubsub xmlns='${PUBSUB}'>${inside}</pubsub>`

/** Somebody who publishes, and now and then takes back, until the line is gone. */
class Publisher {
  readonly #account: Account
  /** Acknowledged to be there, and to be gone; what is in neither is in doubt. */
  readonly kept = new Set<string>()
  readonly gone = new Set<string>()
  #client: Client | undefined
  #ids = 0

  constructor(account: Account) {
    this.#account = account
  }

  async connect(): Promise<void> {
    this.#client = await Client.connect(target, { account: this.#account })
  }

  async work(): Promise<void> {
    while (this.#client && !this.#client.line.isGone) await Promise.race([this.#step(this.#client), this.#client.line.gone()])
  }

  async #step(client: Client): Promise<void> {
    const id = `i${(this.#ids += 1)}`
    const item = `<publish node='${NODE}'><item id='${id}'>${payload(id)}</item></publish>`
    const published = await client.ask('set', request(item + OPTIONS))
    if (published.attributes['type'] === 'result') this.kept.add(id)
    if (this.#ids % 3 !== 0) return
    this.kept.delete(id)
    const retracted = await client.ask('set', request(`<retract node='${NODE}'><item id='${id}'/></retract>`))
    if (retracted.attributes['type'] === 'result') this.gone.add(id)
  }

  /** What is wrong, in words. */
  async faults(): Promise<readonly string[]> {
    const answer = await this.#client?.ask('get', request(`<items node='${NODE}'/>`))
    const items = answer?.child(PUBSUB, 'pubsub')?.child(PUBSUB, 'items')?.elements ?? []
    const found = new Map(items.map(({ attributes, elements }) => [attributes['id'] ?? '', elements[0]?.text ?? '']))
    // The newest only, where there are more than a node keeps.
    const newest = [...this.kept].slice(-900)
    return [
      ...newest.filter(id => !found.has(id)).map(id => `${id} is lost`),
      ...[...this.gone].filter(id => found.has(id)).map(id => `${id} is back`),
      ...[...found].filter(([id, text]) => text !== id.padEnd(LENGTH, '.')).map(([id]) => `${id} is not whole`),
    ]
  }

  leave(): Promise<void> {
    return this.#client?.line.close() ?? Promise.resolve()
  }
}

const isPromised = targetName === 'plodge'
test('what was acknowledged at personal nodes survives kill -9', { skip: !isPromised && 'only Plodge promises this' }, async t => {
  const publishers = Array.from({ length: PEOPLE }, (_, i) => new Publisher(person(target, i)))
  await Promise.all(publishers.map(publisher => publisher.connect()))
  for (let round = 0; round < ROUNDS; round++) {
    const work = publishers.map(publisher => publisher.work())
    await sleep(100 + Math.random() * 400)
    await target.kill()
    await Promise.all(work)
    await target.start()
    await Promise.all(publishers.map(publisher => publisher.connect()))
    assert.deepEqual((await Promise.all(publishers.map(publisher => publisher.faults()))).flat().slice(0, 10), [])
  }
  const sum = (of: (publisher: Publisher) => number): number => publishers.reduce((total, publisher) => total + of(publisher), 0)
  const [kept, gone] = [sum(publisher => publisher.kept.size), sum(publisher => publisher.gone.size)]
  t.diagnostic(`${ROUNDS} rounds, ${kept} items acknowledged and there, ${gone} acknowledged as gone and gone`)
  assert.ok(kept > ROUNDS * PEOPLE && gone > ROUNDS, 'Too little was acknowledged for the test to mean anything')
  await Promise.all(publishers.map(publisher => publisher.leave()))
})
