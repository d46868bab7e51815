/** Known, and not bound to an address yet: binding (RFC 6120 §7), or coming back to an earlier session (XEP-0198 §5). */
import { randomUUID } from 'node:crypto'
import { type Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { element, text } from '@plodge/xmpp/xeps/codec.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { type Now, isPending, andThen } from '../../routing/now.ts'
import type { Archive, Localpart } from '../../storage/repositories.ts'
import { BoundSession } from '../bound-session.ts'
import type { ClientStream } from '../client-stream.ts'
import { type Management, SM, readH, tooHigh } from '../management.ts'
import type { Phase } from '../phase.ts'
import { endSession } from '../session-end.ts'
import { bound } from './bound.ts'

const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
const Bind = element(BIND, 'bind', { resource: text(BIND, 'resource'), jid: text(BIND, 'jid') })

export const authenticated = (localpart: Localpart): Phase => new Authenticated(localpart)

class Authenticated implements Phase {
  readonly #localpart: Localpart

  constructor(localpart: Localpart) {
    this.#localpart = localpart
  }

  features({ context }: ClientStream): string {
    // RFC 3921's <session/> is for clients that still ask for it; it does nothing.
    const session = `<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>`
    const more = context.host.streamFeatures.map(feature => (typeof feature === 'string' ? feature : feature()))
    return `<bind xmlns='${BIND}'/>${session}<sm xmlns='${SM}'/>${more.join('')}`
  }

  element(element: RawElement, stream: ClientStream): Now<void> {
    if (element.ns === SM && element.name === 'resume') return this.#resume(element, stream)
    if (element.ns === SM)
      return stream.write(`<failed xmlns='${SM}'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`)
    if (element.ns !== CLIENT || element.name !== 'iq')
      throw new StreamError('not-authorized', 'Bind a resource first: nothing else is possible before')
    const iq = Stanza.read('iq', { type: element.attribute('type'), id: element.attribute('id') }, element.payload, element.children)
    if (iq.type !== 'set' || !iq.has(Bind) || iq.id === undefined)
      throw new StreamError('not-authorized', 'Bind a resource first: nothing else is possible before')
    try {
      this.#bind(iq, stream)
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      stream.write(iq.refused(error).toXml(stream.isFramed ? CLIENT : undefined))
    }
    return undefined
  }

  #bind(iq: Stanza, stream: ClientStream): void {
    const { context } = stream
    const { host } = context
    const jid = this.#addressFor(iq.get(Bind)?.resource, context.host.domain.domain)
    const taken = host.sessions.at(jid)
    if (!taken && host.sessions.of(jid).length >= context.limits().sessionsPerAccount) {
      throw new StanzaError('resource-constraint', 'Too many devices of this account are connected: close one and try again')
    }
    // RFC 6120 §7.7.2.2, case 3: whoever binds the same name anew is the same device coming back.
    taken?.end('conflict', 'The same device connected anew')
    const session = new BoundSession(jid, stream, host.clock(), gone => endSession(gone, context))
    stream.session = session
    stream.phase = bound
    host.sessions.add(session)
    stream.write(iq.result([Bind.write({ resource: undefined, jid: jid.full })]).toXml(stream.isFramed ? CLIENT : undefined))
    for (const handler of host.life.bound) handler(session)
  }

  #addressFor(resource: string | undefined, domain: string): Device {
    const wanted = resource === undefined || resource === '' ? `plodge-${randomUUID().slice(0, 8)}` : resource
    const jid = Jid.of(this.#localpart, domain, wanted)
    if (!jid) throw new StanzaError('bad-request', 'A resource cannot have that name')
    return jid as Device
  }

  /** XEP-0198 §5. What we say we have handled is on disk first. */
  #resume(element: RawElement, stream: ClientStream): Now<void> {
    return andThen(settled(stream.context.archive), () => {
      const { context } = stream
      const id = element.attribute('previd') ?? ''
      const account = Jid.of(this.#localpart, context.host.domain.domain)?.bare ?? ''
      const session = context.resumables.find(id, account)
      const h = readH(element.attribute('h'))
      if (!session?.management || h === undefined) {
        const received = context.resumables.received(id, account)
        const handled = received === undefined ? '' : ` h='${received}'`
        return stream.write(`<failed xmlns='${SM}'${handled}><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`)
      }
      if (!session.management.acknowledge(h)) throw tooHigh(h)
      return comeBack(session, session.management, id, stream)
    })
  }
}

function comeBack(session: BoundSession, management: Management, id: string, stream: ClientStream): void {
  const { context } = stream
  // A line that still looks alive is a dead one.
  const { line } = session
  session.attach(stream)
  line?.fail('conflict', 'The session was resumed on another connection')
  context.resumables.back(session)
  stream.session = session
  stream.phase = bound
  stream.write(`<resumed xmlns='${SM}' previd='${id}' h='${management.received}'/>`)
  management.resend(stream)
  for (const handler of context.host.life.resumed) handler(session)
}

/** A commit that failed has told the senders of what it held. */
function settled(archive: Pick<Archive, 'committed'>): Now<void> {
  const committed = archive.committed()
  return isPending(committed) ? committed.catch(() => {}) : undefined
}
