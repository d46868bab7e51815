/** Questions and their answers (RFC 6120 §8.2.3): each asked once, answered once, or given up. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'

const PATIENCE_MS = 30_000

interface Open {
  readonly to: string | undefined
  readonly answer: (iq: Element) => void
  readonly fail: (why: StanzaError) => void
  readonly timer: ReturnType<typeof setTimeout>
}

export class Questions {
  readonly #send: (iq: Element) => void
  readonly #prefix: string
  readonly #open = new Map<string, Open>()
  #count = 0

  /** `prefix` keeps the ids of several tabs apart. */
  constructor(prefix: string, send: (iq: Element) => void) {
    this.#prefix = prefix
    this.#send = send
  }

  /** Rejects with the StanzaError that came back; `to` is left out for one's own account. */
  ask<Q, A>({ type, request, response }: Exchange<Q, A>, value: Q, to?: string): Promise<A> {
    const { promise, resolve, reject } = Promise.withResolvers<A>()
    const id = `${this.#prefix}${(this.#count += 1)}`
    const timer = setTimeout(() => {
      this.#open.delete(id)
      reject(new StanzaError('remote-server-timeout'))
    }, PATIENCE_MS)
    const answer = (iq: Element): void => {
      try {
        if (iq.attributes['type'] === 'error') throw StanzaError.from(iq.child(CLIENT, 'error'))
        const payload = response && iq.child(response.ns, response.name)
        resolve((payload && response ? response.read(payload) : undefined) as A)
      } catch (error) {
        reject(error instanceof StanzaError ? error : new StanzaError('undefined-condition'))
      }
    }
    this.#open.set(id, { to, answer, fail: reject, timer })
    this.#send(new Element(CLIENT, 'iq', { type, id, ...(to !== undefined && { to }) }, [request.write(value)]))
    return promise
  }

  /** Whether it was the answer to something asked here, from whom that was asked. */
  hear(iq: Element, own: string): boolean {
    const id = iq.attributes['id'] ?? ''
    const open = this.#open.get(id)
    if (!open) return false
    const from = iq.attributes['from']
    // RFC 6120 §8.1.2.1: without a `from` it is one's own account's; anybody else may not answer in another's place.
    if (open.to === undefined ? from !== undefined && from !== own : from !== open.to) return false
    clearTimeout(open.timer)
    this.#open.delete(id)
    open.answer(iq)
    return true
  }

  /** The session is gone, and with it all answers. */
  giveUp(): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const { fail, timer } of open) {
      clearTimeout(timer)
      fail(new StanzaError('recipient-unavailable'))
    }
  }
}
