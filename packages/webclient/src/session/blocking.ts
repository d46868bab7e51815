/** Whom one blocks (XEP-0191), and why (XEP-0377): nothing passes between oneself and them. In rooms their words come, and are folded away. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AskBlockList, BLOCKING, UnblockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { BlockAndReport, REPORTING, type Report } from '@plodge/xmpp/xeps/reporting.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Desk } from './desk.ts'

export class Blocking {
  readonly #desk: Desk
  #mayReport: Promise<boolean> | undefined

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async load(): Promise<void> {
    const { items } = await this.#desk.questions.ask(AskBlockList, {})
    this.#desk.set(
      'blocked',
      items.map(({ jid }) => jid),
    )
  }

  /** Whether somebody here reads reports (XEP-0377 §3). */
  mayReport(): Promise<boolean> {
    const { domain, questions } = this.#desk
    return (this.#mayReport ??= questions.ask(AskInfo, { node: undefined }, domain).then(
      ({ features }) => features.includes(REPORTING),
      (error: unknown) => {
        this.#mayReport = undefined
        if (error instanceof StanzaError) return false
        throw error
      },
    ))
  }

  async block(address: string, report: Report | undefined): Promise<void> {
    await this.#desk.questions.ask(BlockAndReport, { items: [{ jid: address, report }] })
    this.#plus([address])
  }

  async unblock(address: string): Promise<void> {
    await this.#desk.questions.ask(UnblockAddresses, { items: [{ jid: address }] })
    this.#minus([address])
  }

  /** What another of one's devices did (§3.3): only one's own server says so. */
  push(iq: Element): boolean {
    const change = iq.child(BLOCKING, 'block') ?? iq.child(BLOCKING, 'unblock')
    const { from, type, id = '' } = iq.attributes
    if (!change || type !== 'set' || (from !== undefined && from !== this.#desk.own)) return false
    const addresses = change.childrenNamed(BLOCKING, 'item').flatMap(({ attributes }) => attributes['jid'] ?? [])
    if (change.name === 'block') this.#plus(addresses)
    else if (addresses.length === 0) this.#desk.set('blocked', [])
    else this.#minus(addresses)
    this.#desk.send(new Element(CLIENT, 'iq', { type: 'result', id, ...(from !== undefined && { to: from }) }))
    return true
  }

  #plus(addresses: readonly string[]): void {
    this.#desk.set('blocked', before => [...new Set([...before, ...addresses])])
  }

  #minus(addresses: readonly string[]): void {
    this.#desk.set('blocked', before => before.filter(one => !addresses.includes(one)))
  }
}
