/** Over TLS and not known yet: SASL (RFC 6120 §6). */
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { decodeSaslData } from '@plodge/xmpp/sasl/base64.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { escape } from '@plodge/xmpp/xml/escape.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { Watch, WEB_TIER } from '@plodge/xmpp/web-tier/words.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { SaslExchange, SaslStep } from '../authenticator.ts'
import type { Browser } from '../browsers.ts'
import type { Known, Phase, Stream } from '../stream.ts'
import { isWebTier, readBrowser } from '../web-tier.ts'
import { SASL2 } from '@plodge/xmpp/xeps/sasl2.ts'
import { Attempts } from '../attempts.ts'
import { authenticationFeature } from '../sasl2/offer.ts'
import { Sasl2 } from '../sasl2/negotiation.ts'
import { answerRegistration, isRegistration, registerFeature } from '../registration.ts'
import { authenticated } from './authenticated.ts'
import { watch } from './watching.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const LONGEST_MESSAGE = 8192
const NO_BYTES = new Uint8Array(0)

export const secure = (): Phase => new Secure()

class Secure implements Phase {
  #exchange: SaslExchange | undefined
  readonly #attempts = new Attempts()
  #sasl2: Sasl2 | undefined
  /** Which one the web tier logs in for. */
  #browser: Browser | undefined

  features({ context, connection }: Stream): string {
    const names = context.authenticator.mechanisms(connection)
    const mechanisms = names.map(name => `<mechanism>${name}</mechanism>`)
    const bindings = connection.channelBindings.map(type => `<channel-binding type='${type}'/>`)
    const sasl = `<mechanisms xmlns='${SASL}'>${mechanisms.join('')}</mechanisms>`
    // XEP-0440 §3.
    const cb = bindings.length > 0 ? `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>${bindings.join('')}</sasl-channel-binding>` : ''
    return sasl + authenticationFeature(names, connection, context) + cb + registerFeature(context.registrar)
  }

  element(element: RawElement, stream: Stream): Now<void> {
    if (element.ns === SASL2) return this.#onSasl2(element, stream)
    // XEP-0388 §2.4.
    if (this.#sasl2?.isBusy) throw new StreamError('policy-violation', 'In the middle of a log-in nothing else can be said')
    if (isRegistration(element) && stream.context.registrar.isOpen) return answerRegistration(element, stream)
    if (element.ns === WEB_TIER && isWebTier(stream)) return this.#onWebTier(element, stream)
    if (element.ns !== SASL) throw new StreamError('not-authorized', 'Log in first: nothing else is possible before')
    switch (element.name) {
      case 'auth':
        return this.#begin(element, stream)
      case 'response':
        if (!this.#exchange) return this.#fail(new SaslError('malformed-request', 'There is no challenge to respond to'), stream)
        return this.#step(this.#exchange, element, stream)
      case 'abort':
        return this.#fail(new SaslError('aborted'), stream)
      default:
        throw new StreamError('unsupported-stanza-type', `There is no ${element.name} in SASL`)
    }
  }

  #onSasl2(element: RawElement, stream: Stream): Now<void> {
    if (this.#exchange) throw new StreamError('policy-violation', 'One log-in at a time')
    this.#sasl2 ??= new Sasl2(stream, this.#attempts)
    return this.#sasl2.element(element)
  }

  #onWebTier(element: RawElement, stream: Stream): void {
    const { browsers } = stream.context
    if (!browsers || this.#exchange) throw new StreamError('policy-violation', 'Browsers are not spoken of here')
    if (element.name === Watch.name) watch(stream, browsers)
    else this.#browser = readBrowser(element)
  }

  #begin(element: RawElement, stream: Stream): Now<void> {
    // RFC 6120 §6.4.2: an <auth/> in the middle of an exchange ends it.
    if (this.#exchange) return this.#fail(new SaslError('malformed-request', 'One exchange at a time'), stream)
    const exchange = stream.context.authenticator.begin(element.attribute('mechanism') ?? '', stream.connection)
    if (!exchange) return this.#fail(new SaslError('invalid-mechanism', 'That mechanism is not on offer'), stream)
    this.#exchange = exchange
    // RFC 6120 §6.4.2: no initial response asks for an empty challenge; "=" is one of no bytes.
    if (element.payload === '') return stream.write(`<challenge xmlns='${SASL}'/>`)
    return this.#step(exchange, element, stream)
  }

  #step(exchange: SaslExchange, { payload }: RawElement, stream: Stream): Now<void> {
    // An empty response is one of no bytes, like "=".
    const message =
      payload.length > LONGEST_MESSAGE ? undefined : (decodeSaslData(payload.trim()) ?? (payload === '' ? NO_BYTES : undefined))
    if (!message) return this.#fail(new SaslError('incorrect-encoding', 'This is not base64, or is too long'), stream)
    return andThen(exchange.next(Buffer.from(message)), step => this.#stepped(step, stream))
  }

  #stepped(step: SaslStep, stream: Stream): Now<void> {
    if (stream.isClosed) return undefined
    switch (step.kind) {
      case 'challenge':
        return stream.write(`<challenge xmlns='${SASL}'>${step.data.toString('base64')}</challenge>`)
      case 'failure':
        return this.#fail(step.error, stream)
      case 'success':
        return andThen(stream.context.admit(step.localpart, step.appPassword), isAdmitted => {
          if (stream.isClosed) return undefined
          if (!isAdmitted) return this.#fail(new SaslError('account-disabled', 'This account is locked; ask the service desk'), stream)
          return andThen(this.#introduce(step, stream), known => {
            if (stream.isClosed) return undefined
            if (!known) return this.#fail(new SaslError('credentials-expired', 'This browser was signed out'), stream)
            stream.write(step.data ? `<success xmlns='${SASL}'>${step.data.toString('base64')}</success>` : `<success xmlns='${SASL}'/>`)
            stream.authenticated(known)
            return stream.restart(authenticated(known), { discard: false })
          })
        })
    }
  }

  /** Undefined for a browser that is signed out. */
  #introduce(step: Extract<SaslStep, { kind: 'success' }>, stream: Stream): Now<Known | undefined> {
    const { localpart, appPassword } = step
    const { browsers, clients } = stream.context
    const browser = step.way === 'web' ? this.#browser : undefined
    if (!browser || !browsers) return { localpart, client: clients.saw({ ...step, address: stream.address }), appPassword }
    return andThen(browsers.came(localpart, browser), isGood =>
      isGood ? { localpart, client: browser.id, appPassword, address: browser.address } : undefined,
    )
  }

  #fail(error: SaslError, stream: Stream): void {
    this.#exchange = undefined
    const text = error.text === undefined ? '' : `<text xml:lang='en'>${escape(error.text)}</text>`
    stream.write(`<failure xmlns='${SASL}'><${error.condition}/>${text}</failure>`)
    if (this.#attempts.failed(error)) stream.fail('policy-violation', 'Too many attempts to log in on one connection')
  }
}
