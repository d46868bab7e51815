/** How far one has read, on all of one's devices (XEP-0490): a node of one's own account with an item for each conversation. */
import { type Element, Element as Made } from '@plodge/xmpp/xml/element.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Desk } from './desk.ts'
import { AskNode, SetNode, publishing } from './nodes.ts'
import type { Timelines } from './timelines.ts'

export const DISPLAYED = 'urn:xmpp:mds:displayed:0'

export class ReadMarks {
  readonly #desk: Desk
  readonly #timelines: Timelines
  /** Of conversations that nobody has opened yet. */
  readonly #marks = new Map<string, string>()

  constructor(desk: Desk, timelines: Timelines) {
    this.#desk = desk
    this.#timelines = timelines
  }

  async load(): Promise<void> {
    const answer = await this.#desk.questions.ask(AskNode, new Made(PUBSUB, 'pubsub', {}, [new Made(PUBSUB, 'items', { node: DISPLAYED })]))
    this.take(answer?.child(PUBSUB, 'items')?.childrenNamed(PUBSUB, 'item') ?? [])
  }

  /** Items, as asked for or as told of. */
  take(items: readonly Element[]): void {
    for (const item of items) {
      const address = item.attributes['id']
      const archive = item.child(DISPLAYED, 'displayed')?.child(SID, 'stanza-id')?.attributes['id']
      if (address === undefined || archive === undefined) continue
      this.#marks.set(address, archive)
      if (this.#desk.state.conversations[address]) this.#timelines.displayed(address, archive)
    }
  }

  /** Those that were told of before their conversation was known. */
  apply(): void {
    for (const [address, archive] of this.#marks)
      if (this.#desk.state.conversations[address]?.displayed === undefined && this.#desk.state.conversations[address])
        this.#timelines.displayed(address, archive)
  }

  async mark(address: string, archive: string): Promise<void> {
    const conversation = this.#desk.state.conversations[address]
    if (!conversation || this.#marks.get(address) === archive) return
    this.#marks.set(address, archive)
    this.#timelines.displayed(address, archive)
    const by = conversation.kind === 'room' ? address : this.#desk.own
    const payload = new Made(DISPLAYED, 'displayed', {}, [new Made(SID, 'stanza-id', { by, id: archive })])
    await this.#desk.questions.ask(SetNode, publishing(DISPLAYED, address, payload)).catch(() => {})
  }
}
