/** Which question (IQ) is answered by whom: one owner for each target and payload. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Localpart } from '../storage/repositories.ts'
import { type Now, andThen } from './now.ts'
import type { Session } from './session.ts'

/**
 * Whom a question is put to: the server itself, the asker's own account, or somebody else's account. `anybody` is somebody else whether
 * or not there is such an account: for answers that must not tell (XEP-0030 §8, XEP-0012 §8).
 */
export type Target = 'server' | 'self' | 'account' | 'anybody'

export interface Call {
  readonly from: Jid
  readonly to: Jid
  /** The account asked about; '' for the server. */
  readonly owner: Localpart
  /** The asking client when it is ours. */
  readonly session: Session | undefined
  readonly iq: Stanza
  /** What the answerer wants done once the answer has been sent: stanzas that must come after it. */
  afterwards?: () => void
}
/** Returns the answer, or throws StanzaError. Anything else thrown is a bug and answers internal-server-error. */
export type Answer<Q, A> = (question: Q, call: Call) => Now<A>

type Reply = (question: Element, call: Call) => Now<readonly Element[]>

export class Questions {
  readonly #replies = new Map<string, Reply>()

  register<Q, A>(exchange: Exchange<Q, A>, targets: readonly Target[], answer: Answer<Q, A>): void {
    const { request, response, type } = exchange
    // An answer of nothing is an empty result, whatever it could have been (RFC 6121 §2.6.3).
    const write = (value: A): readonly Element[] => (response && value !== undefined ? [response.write(value)] : [])
    for (const target of targets) {
      const key = keyOf(target, type, request.ns, request.name)
      if (this.#replies.has(key)) throw new Error(`two modules answer ${key}`)
      this.#replies.set(key, (question, call) => {
        const value = answer(request.read(question), call)
        return andThen(value, write)
      })
    }
  }

  /** Whether the question is answered without a look whether the account exists. */
  isForAnybody(iq: Stanza): boolean {
    return this.#find('anybody', iq) !== undefined
  }

  answers(target: Target, iq: Stanza): boolean {
    return this.#find(target, iq) !== undefined
  }

  /** Throws StanzaError service-unavailable when nobody answers that (RFC 6120 §8.4). */
  ask(target: Target, call: Call): Now<readonly Element[]> {
    const reply = this.#find(target, call.iq)
    if (!reply) throw new StanzaError('service-unavailable', 'This server does not offer that')
    const [question] = call.iq.elements()
    return question ? reply(question, call) : []
  }

  #find(target: Target, iq: Stanza): Reply | undefined {
    const name = iq.children[0]
    return name && this.#replies.get(keyOf(target, iq.type ?? '', name.ns, name.name))
  }
}

const keyOf = (target: Target, type: string, ns: string, name: string): string => `${target} ${type} ${name} ${ns}`
