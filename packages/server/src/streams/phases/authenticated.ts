/** Known, and not bound to an address yet: binding (RFC 6120 §7), or coming back to an earlier session (XEP-0198 §5). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { element, text } from '@plodge/xmpp/xeps/codec.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { type Now, andThen } from '../../routing/now.ts'
import { addressFor, bindSession } from '../binding.ts'
import type { Known, Phase, Stream } from '../stream.ts'
import { SM, readH } from '../management.ts'
import { comeBack, findSession, settleSession } from '../resuming.ts'
import { bound } from './bound.ts'
import { sessionFeatures } from './session-features.ts'

const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
const Bind = element(BIND, 'bind', { resource: text(BIND, 'resource'), jid: text(BIND, 'jid') })

export const authenticated = (known: Known): Phase => new Authenticated(known)

class Authenticated implements Phase {
  readonly #known: Known

  constructor(known: Known) {
    this.#known = known
  }

  features({ context }: Stream): string {
    return `<bind xmlns='${BIND}'/>${sessionFeatures(context, false)}`
  }

  element(element: RawElement, stream: Stream): Now<void> {
    if (element.ns === SM && element.name === 'resume') return this.#resume(element, stream)
    if (element.ns === SM)
      return stream.write(`<failed xmlns='${SM}'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`)
    if (element.ns !== CLIENT || element.name !== 'iq')
      throw new StreamError('not-authorized', 'Bind a resource first: nothing else is possible before')
    const iq = Stanza.read('iq', { type: element.attribute('type'), id: element.attribute('id') }, element.payload, element.children)
    if (iq.type !== 'set' || !iq.has(Bind) || iq.id === undefined)
      throw new StreamError('not-authorized', 'Bind a resource first: nothing else is possible before')
    return this.#ifAdmitted(stream, () => {
      try {
        this.#bind(iq, stream)
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error
        stream.write(iq.refused(error).toXml(stream.isFramed ? CLIENT : undefined))
      }
    })
  }

  /** Between logging in and binding, an account may have been locked, and had no session yet to be ended. */
  #ifAdmitted(stream: Stream, next: () => void): Now<void> {
    return andThen(stream.context.admit(this.#known.localpart), isAdmitted => {
      if (stream.isClosed) return
      if (!isAdmitted) throw new StreamError('not-authorized', 'This account was locked or removed')
      next()
    })
  }

  #bind(iq: Stanza, stream: Stream): void {
    const { host } = stream.context
    const jid = addressFor(this.#known, iq.get(Bind)?.resource, host.domain.domain)
    const session = bindSession(jid, this.#known, stream)
    stream.phase = bound
    stream.write(iq.result([Bind.write({ resource: undefined, jid: jid.full })]).toXml(stream.isFramed ? CLIENT : undefined))
    for (const handler of host.life.bound) handler(session)
  }

  /** XEP-0198 §5. */
  #resume(element: RawElement, stream: Stream): Now<void> {
    const { localpart } = this.#known
    const request = { id: element.attribute('previd') ?? '', h: readH(element.attribute('h')) }
    return andThen(settleSession(request, localpart, stream.context), () =>
      this.#ifAdmitted(stream, () => {
        const found = findSession(request, localpart, stream.context)
        if (typeof found === 'string') return stream.write(found)
        stream.phase = bound
        return comeBack(found, stream, () => stream.write(found.xml))
      }),
    )
  }
}
