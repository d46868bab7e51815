/**
 * The tier's side of a log-in at the chat server: SASL EXTERNAL (RFC 6120 §6.3.8) for the person who signed in, over WebSocket (RFC 7395).
 * Frames in, frames out; no socket. When it is done the stream is the browser's, which begins where authentication has ended.
 */
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { encodeBase64 } from '@plodge/xmpp/sasl/base64.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { ForBrowser } from '@plodge/xmpp/web-tier/words.ts'

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'
const STREAMS = 'http://etherx.jabber.org/streams'
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'

export type LoginStep =
  | { readonly kind: 'send'; readonly frames: readonly string[] }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }
  /** The person ended this session on another device. */
  | { readonly kind: 'ended' }
  /** The chat server knows the person, or does not, and does not want them. */
  | { readonly kind: 'refused'; readonly condition: string }
  /** Something is wrong between the two servers. */
  | { readonly kind: 'broken'; readonly why: string }

/** What to say when the person is not wanted at all, and not just now. */
const FOR_GOOD = new Set(['account-disabled', 'not-authorized', 'invalid-authzid', 'credentials-expired'])

export const isForGood = (condition: string): boolean => FOR_GOOD.has(condition)

/** What is shown for a person: that they signed in here in this browser, or their password. */
export type Proof =
  | { readonly kind: 'signed in'; readonly browser: Value<typeof ForBrowser> }
  | { readonly kind: 'password'; readonly password: string }

export class Login {
  readonly #domain: string
  readonly #localpart: string
  readonly #proof: Proof

  constructor(domain: string, localpart: string, proof: Proof) {
    this.#domain = domain
    this.#localpart = localpart
    this.#proof = proof
  }

  get first(): string {
    return openFrame(this.#domain)
  }

  hear(frame: string): LoginStep {
    const element = read(frame)
    if (!element) return { kind: 'broken', why: 'it says what is not XML' }
    const { ns, name } = element
    if (ns === FRAMING && name === 'open') return { kind: 'wait' }
    if (ns === STREAMS && name === 'features') return this.#begin(element)
    if (ns === SASL && name === 'success') return { kind: 'done' }
    const [condition] = element.elements
    if (ns === SASL && name === 'failure') return this.#failed(condition?.name ?? 'not-authorized')
    if (ns === STREAMS && name === 'error') return { kind: 'broken', why: `it ends the stream: ${condition?.name ?? 'without a reason'}` }
    return { kind: 'broken', why: `it says <${name}/>` }
  }

  #failed(condition: string): LoginStep {
    if (this.#proof.kind === 'signed in' && condition === 'credentials-expired') return { kind: 'ended' }
    return { kind: 'refused', condition }
  }

  #begin(features: Element): LoginStep {
    const offered = features.child(SASL, 'mechanisms')?.childrenNamed(SASL, 'mechanism') ?? []
    const [mechanism, message] = this.#first()
    if (!offered.some(({ text }) => text === mechanism))
      return { kind: 'broken', why: `it does not offer ${mechanism}: is [web] certificate_fingerprint that of our certificate?` }
    const auth = `<auth xmlns='${SASL}' mechanism='${mechanism}'>${encodeBase64(Buffer.from(message))}</auth>`
    const proof = this.#proof
    return { kind: 'send', frames: proof.kind === 'signed in' ? [ForBrowser.write(proof.browser).toString(), auth] : [auth] }
  }

  /** RFC 4422 appendix A; RFC 4616. */
  #first(): readonly [mechanism: string, message: string] {
    if (this.#proof.kind === 'password') return ['PLAIN', `\0${this.#localpart}\0${this.#proof.password}`]
    return ['EXTERNAL', `${this.#localpart}@${this.#domain}`]
  }
}

function read(frame: string): Element | undefined {
  try {
    return parse(frame)
  } catch {
    return undefined
  }
}

/** How a stream ends that was the browser's, in its own words (RFC 7395 §3.4, §3.5). */
export const farewell = (condition: string, text: string): readonly string[] => [
  `<stream:error xmlns:stream='${STREAMS}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>` +
    `<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>${text}</text></stream:error>`,
  CLOSE_FRAME,
]

export const openFrame = (domain: string): string => `<open xmlns='${FRAMING}' to='${escapeAttribute(domain)}' version='1.0'/>`
export const CLOSE_FRAME = `<close xmlns='${FRAMING}'/>`
