/** Messages that are not talk, such as an invitation: done once the server has them (XEP-0198), refused by an error of the same id. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Desk } from './desk.ts'

const PATIENCE_MS = 30_000

interface Open {
  readonly done: () => void
  readonly fail: (why: StanzaError) => void
}

export class Told {
  readonly #desk: Desk
  readonly #open = new Map<string, Open>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  send(attributes: Readonly<Record<string, string>>, contents: readonly Element[]): Promise<void> {
    const id = crypto.randomUUID()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => reject(new StanzaError('remote-server-timeout')), PATIENCE_MS)
    this.#open.set(id, { done: resolve, fail: reject })
    this.#desk.send(new Element(CLIENT, 'message', { ...attributes, id }, contents))
    return promise.finally(() => {
      clearTimeout(timer)
      this.#open.delete(id)
    })
  }

  /** The server has it; its answer, if it had one, came before that. */
  confirmed(id: string): void {
    this.#open.get(id)?.done()
  }

  hear(stanza: Element): boolean {
    const open = stanza.attributes['type'] === 'error' ? this.#open.get(stanza.attributes['id'] ?? '') : undefined
    open?.fail(StanzaError.from(stanza.child(CLIENT, 'error')))
    return open !== undefined
  }

  /** A new session: nobody knows what became of them. */
  giveUp(): void {
    for (const { fail } of this.#open.values()) fail(new StanzaError('recipient-unavailable'))
  }
}
