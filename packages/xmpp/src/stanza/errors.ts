/** Refusals that the protocol knows (RFC 6120 §8.3.3). Anything else that is thrown is a bug and answers internal-server-error. */
import { Element } from '../xml/element.ts'

export const STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

export type ErrorType = 'auth' | 'cancel' | 'continue' | 'modify' | 'wait'
const TYPES = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  forbidden: 'auth',
  gone: 'cancel',
  'internal-server-error': 'cancel',
  'item-not-found': 'cancel',
  'jid-malformed': 'modify',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'policy-violation': 'modify',
  'recipient-unavailable': 'wait',
  redirect: 'modify',
  'registration-required': 'auth',
  'remote-server-not-found': 'cancel',
  'remote-server-timeout': 'wait',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'subscription-required': 'auth',
  'undefined-condition': 'modify',
  'unexpected-request': 'wait',
} as const satisfies Record<string, ErrorType>
export type Condition = keyof typeof TYPES

const isCondition = (name: string | undefined): name is Condition => name !== undefined && Object.hasOwn(TYPES, name)
const isErrorType = (type: string | undefined): type is ErrorType =>
  type === 'auth' || type === 'cancel' || type === 'continue' || type === 'modify' || type === 'wait'

export interface StanzaErrorOptions extends ErrorOptions {
  /** When the condition's usual type (RFC 6120 §8.3.3) is not the right one. */
  readonly type?: ErrorType
  /** An application-specific condition (RFC 6120 §8.3.2). */
  readonly detail?: Element
}

export class StanzaError extends Error {
  override readonly name = 'StanzaError'
  readonly condition: Condition
  readonly type: ErrorType
  readonly text: string | undefined
  readonly detail: Element | undefined

  /** `text` is for people: what happened, why, what to do. */
  constructor(condition: Condition, text?: string, options?: StanzaErrorOptions) {
    super(text ?? condition, options)
    this.condition = condition
    this.type = options?.type ?? TYPES[condition]
    this.text = text
    this.detail = options?.detail
  }

  /** From an `<error/>` (RFC 6120 §8.3.2); a condition that nobody knows is undefined-condition. */
  static from(error: Element | undefined): StanzaError {
    const condition = error?.elements.find(({ ns, name }) => ns === STANZAS && isCondition(name))?.name
    const type = error?.attributes['type']
    const detail = error?.elements.find(({ ns }) => ns !== STANZAS)
    return new StanzaError(isCondition(condition) ? condition : 'undefined-condition', error?.child(STANZAS, 'text')?.text, {
      ...(isErrorType(type) && { type }),
      ...(detail && { detail }),
    })
  }

  toElement(): Element {
    const children = [new Element(STANZAS, this.condition)]
    if (this.text !== undefined) children.push(new Element(STANZAS, 'text', { 'xml:lang': 'en' }, [this.text]))
    if (this.detail) children.push(this.detail)
    return new Element('jabber:client', 'error', { type: this.type }, children)
  }
}
