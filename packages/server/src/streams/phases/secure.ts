/** Over TLS and not known yet: SASL (RFC 6120 §6). */
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { decodeSaslData } from '@plodge/xmpp/sasl/base64.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { escape } from '@plodge/xmpp/xml/escape.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { SaslExchange, SaslStep } from '../authenticator.ts'
import type { ClientStream } from '../client-stream.ts'
import type { Phase } from '../phase.ts'
import { answerRegistration, isRegistration, registerFeature } from '../registration.ts'
import { authenticated } from './authenticated.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
/** RFC 6120 §6.4.5 wants two to five retries. */
const MOST_WRONG = 5
/** Some clients go down the list of mechanisms one by one, PLAIN last: what was not even a wrong password is held less against them. */
const MOST_FAILURES = 12
const LONGEST_MESSAGE = 8192
const NO_BYTES = new Uint8Array(0)

export const secure = (): Phase => new Secure()

class Secure implements Phase {
  #exchange: SaslExchange | undefined
  #failures = 0
  #wrong = 0

  features({ context, connection }: ClientStream): string {
    const mechanisms = context.authenticator.mechanisms(connection).map(name => `<mechanism>${name}</mechanism>`)
    const bindings = connection.channelBindings.map(type => `<channel-binding type='${type}'/>`)
    const sasl = `<mechanisms xmlns='${SASL}'>${mechanisms.join('')}</mechanisms>`
    // XEP-0440 §3.
    const cb = bindings.length > 0 ? `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>${bindings.join('')}</sasl-channel-binding>` : ''
    return sasl + cb + registerFeature(context.registrar)
  }

  element(element: RawElement, stream: ClientStream): Now<void> {
    if (isRegistration(element) && stream.context.registrar.isOpen) return answerRegistration(element, stream)
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

  #begin(element: RawElement, stream: ClientStream): Now<void> {
    // RFC 6120 §6.4.2: an <auth/> in the middle of an exchange ends it.
    if (this.#exchange) return this.#fail(new SaslError('malformed-request', 'One exchange at a time'), stream)
    const exchange = stream.context.authenticator.begin(element.attribute('mechanism') ?? '', stream.connection)
    if (!exchange) return this.#fail(new SaslError('invalid-mechanism', 'That mechanism is not on offer'), stream)
    this.#exchange = exchange
    // RFC 6120 §6.4.2: no initial response asks for an empty challenge; "=" is one of no bytes.
    if (element.payload === '') return stream.write(`<challenge xmlns='${SASL}'/>`)
    return this.#step(exchange, element, stream)
  }

  #step(exchange: SaslExchange, { payload }: RawElement, stream: ClientStream): Now<void> {
    // An empty response is one of no bytes, like "=".
    const message =
      payload.length > LONGEST_MESSAGE ? undefined : (decodeSaslData(payload.trim()) ?? (payload === '' ? NO_BYTES : undefined))
    if (!message) return this.#fail(new SaslError('incorrect-encoding', 'This is not base64, or is too long'), stream)
    return andThen(exchange.next(Buffer.from(message)), step => this.#stepped(step, stream))
  }

  #stepped(step: SaslStep, stream: ClientStream): Now<void> {
    if (stream.isClosed) return undefined
    switch (step.kind) {
      case 'challenge':
        return stream.write(`<challenge xmlns='${SASL}'>${step.data.toString('base64')}</challenge>`)
      case 'failure':
        return this.#fail(step.error, stream)
      case 'success':
        return andThen(stream.context.admit(step.localpart), isAdmitted => {
          if (stream.isClosed) return undefined
          if (!isAdmitted) return this.#fail(new SaslError('account-disabled', 'This account is locked; ask the service desk'), stream)
          stream.write(step.data ? `<success xmlns='${SASL}'>${step.data.toString('base64')}</success>` : `<success xmlns='${SASL}'/>`)
          stream.authenticated()
          const client = stream.context.clients.saw({ ...step, address: stream.address })
          return stream.restart(authenticated(step.localpart, client), { discard: false })
        })
    }
  }

  #fail(error: SaslError, stream: ClientStream): void {
    this.#exchange = undefined
    this.#failures += 1
    if (error.condition === 'not-authorized') this.#wrong += 1
    const text = error.text === undefined ? '' : `<text xml:lang='en'>${escape(error.text)}</text>`
    stream.write(`<failure xmlns='${SASL}'><${error.condition}/>${text}</failure>`)
    if (this.#wrong >= MOST_WRONG || this.#failures >= MOST_FAILURES)
      stream.fail('policy-violation', 'Too many attempts to log in on one connection')
  }
}
