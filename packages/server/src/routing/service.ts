/**
 * A domain of ours beside that of the people: `upload.chat.cam.ac.uk`. It answers questions like the server does, and may take messages
 * and presence. What it says of itself to service discovery (XEP-0030) is made from its declaration, unless it answers that itself.
 */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems, DISCO_INFO, DISCO_ITEMS } from '@plodge/xmpp/xeps/disco.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import { PING, Ping } from '@plodge/xmpp/xeps/ping.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Now } from './now.ts'
import { type Answer, type Call, Questions } from './questions.ts'
import type { Session } from './session.ts'

export interface ServiceOptions {
  /** The domain's own address. */
  readonly domain: Account
  /** From the registry of XEP-0030: `store` and `file`, `pubsub` and `service`. */
  readonly identity: { readonly category: string; readonly type: string; readonly name: string }
  /** Besides disco and ping. */
  readonly features: readonly string[]
  readonly forms?: () => readonly DataForm[]
}

/** A stanza to any address of the service; `from` is stamped, `origin` is the client when it is one of ours. Throws StanzaError to refuse. */
export type Receive = (stanza: Stanza, origin: Session | undefined) => Now<void>

export class Service {
  readonly options: ServiceOptions
  readonly #own = new Questions()
  readonly #usual = new Questions()
  onMessage: Receive = () => {
    throw new StanzaError('service-unavailable', 'This service takes no messages')
  }
  /** RFC 6121 §8: presence is not answered by errors. */
  onPresence: Receive = () => {}

  /** Takes questions before the answers to them are looked for; undefined leaves them. */
  onQuestion: (call: Call) => Now<readonly Element[]> | undefined = () => undefined

  constructor(options: ServiceOptions) {
    const { identity, features, forms } = options
    this.options = options
    this.#usual.register(Ping, ['server'], () => {})
    this.#usual.register(AskInfo, ['server'], ({ node }, { to }) => {
      if (node !== undefined || to.local !== '') throw new StanzaError('item-not-found', 'There is nothing of that name here')
      return {
        node,
        identities: [{ ...identity, lang: undefined }],
        features: [...new Set([DISCO_INFO, DISCO_ITEMS, PING, ...features])].sort(),
        forms: forms?.() ?? [],
      }
    })
    this.#usual.register(AskItems, ['server'], ({ node }, { to }) => {
      if (node !== undefined || to.local !== '') throw new StanzaError('item-not-found', 'There is nothing of that name here')
      return { node, items: [] }
    })
  }

  /** The one answer to a question, whatever address of the service it is put to. */
  answer<Q, A>(exchange: Exchange<Q, A>, answer: Answer<Q, A>): void {
    this.#own.register(exchange, ['server'], answer)
  }

  /** Throws StanzaError service-unavailable when nobody answers that. */
  ask(call: Call): Now<readonly Element[]> {
    const taken = this.onQuestion(call)
    if (taken !== undefined) return taken
    return (this.#own.answers('server', call.iq) ? this.#own : this.#usual).ask('server', call)
  }
}
