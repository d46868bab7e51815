/** A person who keeps talking to one other, whatever happens to the server, and writes down what was acknowledged and what came. */
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { Client } from '../client/client.ts'
import { wholeHistory } from '../client/history.ts'
import type { Account, Target } from '../target/target.ts'
import type { Ledger } from './ledger.ts'

/** Messages that may wait for an acknowledgement, and how many are sent at once. */
const WINDOW = 24
const BURST = 3
const PACE_MS = 40

export class Talker {
  readonly bare: string
  readonly #target: Target
  readonly #account: Account
  readonly #peer: string
  readonly #ledger: Ledger
  #client: Client | undefined
  #resumeId: string | undefined
  /** Ids of messages by their place among the stanzas sent on this stream. */
  #inFlight: { readonly at: number; readonly id: string }[] = []
  #timer: NodeJS.Timeout | undefined
  #onAck: () => void = () => {}

  constructor(target: Target, account: Account, peer: Account, ledger: Ledger) {
    this.#target = target
    this.#account = account
    this.#ledger = ledger
    this.bare = `${account.name}@${target.domain}`
    this.#peer = `${peer.name}@${target.domain}`
  }

  /** Logs in anew; what is in flight stays in doubt. */
  async connect(): Promise<void> {
    this.#inFlight = []
    const client = await Client.connect(this.#target, { account: this.#account })
    client.taps.add(stanza => this.#hear(stanza))
    client.onAcked = () => this.#settle(client)
    this.#resumeId = await client.enableManagement()
    client.send('<presence/>')
    this.#client = client
  }

  /** XEP-0198 §5 with a server that forgot everything: it must say so. */
  async failsToResume(): Promise<boolean> {
    if (!this.#client || this.#resumeId === undefined) return true
    return (await Client.resume(this.#target, { account: this.#account }, { client: this.#client, id: this.#resumeId })) === undefined
  }

  get isHere(): boolean {
    return this.#client?.line.isGone === false
  }

  talk(): void {
    this.#timer ??= setInterval(() => this.#burst(), PACE_MS)
  }

  hush(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Resolves within the turn in which an acknowledgement comes. */
  nextAck(): Promise<void> {
    return new Promise(resolve => {
      this.#onAck = resolve
    })
  }

  /** All that was sent is acknowledged. */
  async settled(milliseconds = 10_000): Promise<void> {
    const client = this.#client
    if (!client) return
    const until = Date.now() + milliseconds
    while (this.#inFlight.length > 0) {
      if (client.line.isGone || Date.now() > until)
        throw new Error(`${this.bare} waits for ${this.#inFlight.length} acknowledgements in vain`)
      client.requestAck()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }

  get waiting(): number {
    return this.#inFlight.length
  }

  /** Says something and resolves when the peer's `talker` has heard it. */
  async reaches(talker: Talker): Promise<void> {
    const word = `last ${Math.random()}`
    const heard = talker.#client?.message(word)
    this.#client?.say(talker.bare, word, `end-${Math.random()}`)
    await heard
  }

  /** Writes what the archive holds into the ledger. */
  async count(): Promise<void> {
    if (!this.#client) return
    for (const { message } of await wholeHistory(this.#client, 250)) this.#ledger.kept(this.bare, message.attributes['id'] ?? '')
  }

  gone(): Promise<void> {
    return this.#client?.line.gone() ?? Promise.resolve()
  }

  leave(): Promise<void> {
    this.hush()
    return this.#client?.line.close() ?? Promise.resolve()
  }

  #burst(): void {
    const client = this.#client
    if (!client || client.line.isGone || this.#inFlight.length >= WINDOW) return
    for (let i = 0; i < BURST; i++) {
      const id = this.#ledger.sent(this.bare, this.#peer)
      client.say(this.#peer, `message ${id}`, id)
      this.#inFlight.push({ at: client.sent, id })
    }
    client.requestAck()
  }

  #settle(client: Client): void {
    if (client !== this.#client) return
    while (this.#inFlight[0] && this.#inFlight[0].at <= client.acked) this.#ledger.acked(this.#inFlight.shift()?.id ?? '')
    this.#onAck()
  }

  #hear(stanza: Element): boolean {
    const id = stanza.attributes['id'] ?? ''
    if (stanza.name !== 'message' || !/^m\d+$/.test(id)) return false
    if (stanza.attributes['type'] === 'error') this.#ledger.refused(id)
    else this.#ledger.arrived(id)
    return true
  }
}
