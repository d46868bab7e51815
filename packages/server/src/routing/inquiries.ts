/** What the server itself asks others, and what became of it: IQs from an address of ours to a client, matched with their answers. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import type { Now } from './now.ts'

const PATIENCE_MS = 30_000
/** Whoever opens many connections and answers nothing must not fill the memory. */
const MOST_OPEN = 10_000
/** Of them those that one address of ours asks, and those that one account has yet to answer; the server itself asks for everybody. */
const MOST_OF_ONE = 64

interface Open {
  readonly to: Jid
  readonly settle: (answer: Stanza) => void
}

export class Inquiries {
  readonly #open = new Map<string, Open>()
  /** How many are open by who asks and by who is asked. */
  readonly #busy = new Map<string, number>()
  readonly #route: (stanza: Stanza) => Now<void>
  #asked = 0

  constructor(route: (stanza: Stanza) => Now<void>) {
    this.#route = route
  }

  /** Rejects with StanzaError: the refusal, `remote-server-timeout` when nothing comes, `resource-constraint` when too much is open. */
  async ask<Q, A>(exchange: Exchange<Q, A>, question: Q, { from, to }: { readonly from: Jid; readonly to: Jid }): Promise<A> {
    const parties = [...(from.local === '' ? [] : [`from ${from.bare}`]), `to ${to.bare}`]
    if (this.#open.size >= MOST_OPEN || parties.some(party => (this.#busy.get(party) ?? 0) >= MOST_OF_ONE))
      throw new StanzaError('resource-constraint', 'Too many questions are unanswered')
    const id = `plodge-${(this.#asked += 1).toString(36)}`
    const { promise, resolve, reject } = Promise.withResolvers<Stanza>()
    const patience = setTimeout(() => reject(new StanzaError('remote-server-timeout', 'No answer came')), PATIENCE_MS).unref()
    this.#open.set(id, { to, settle: resolve })
    for (const party of parties) this.#busy.set(party, (this.#busy.get(party) ?? 0) + 1)
    try {
      await this.#route(Stanza.of('iq', { from, to, type: exchange.type, id }, [exchange.request.write(question)]))
      return readAnswer(exchange, await promise)
    } finally {
      clearTimeout(patience)
      this.#open.delete(id)
      for (const party of parties) this.#release(party)
    }
  }

  #release(party: string): void {
    const left = (this.#busy.get(party) ?? 0) - 1
    if (left > 0) this.#busy.set(party, left)
    else this.#busy.delete(party)
  }

  /** Takes a result or an error that was sent to us; what nobody asked for is ignored (RFC 6120 §8.2.3). */
  take(answer: Stanza, from: Jid): void {
    const open = this.#open.get(answer.id ?? '')
    if (open && open.to.full === from.full) open.settle(answer)
  }
}

function readAnswer<Q, A>({ response }: Exchange<Q, A>, answer: Stanza): A {
  if (answer.type === 'error') throw StanzaError.from(answer.toElement().child(CLIENT, 'error'))
  if (!response) return undefined as A
  const found = answer.get(response)
  if (found === undefined) throw new StanzaError('bad-request', 'The answer is not what was asked for')
  return found
}
