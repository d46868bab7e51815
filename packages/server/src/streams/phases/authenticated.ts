/** Known, and not bound to an address yet: binding (RFC 6120 §7), or coming back to an earlier session (XEP-0198 §5). */
import { randomUUID } from 'node:crypto'
import { type Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { element, text } from '@plodge/xmpp/xeps/codec.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Localpart } from '../../storage/repositories.ts'
import { BoundSession } from '../bound-session.ts'
import type { Line } from '../line.ts'
import type { ClientStream } from '../client-stream.ts'
import type { StreamContext } from '../context.ts'
import { type Management, SM, readH, tooHigh } from '../management.ts'
import type { Phase } from '../phase.ts'
import { endSession, loseSession } from '../session-end.ts'
import { bound } from './bound.ts'

const BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
const Bind = element(BIND, 'bind', { resource: text(BIND, 'resource'), jid: text(BIND, 'jid') })

/** `client` is the one of the account's clients that logged in. */
export const authenticated = (localpart: Localpart, client?: string): Phase => new Authenticated(localpart, client)

class Authenticated implements Phase {
  readonly #localpart: Localpart
  readonly #client: string | undefined

  constructor(localpart: Localpart, client: string | undefined) {
    this.#localpart = localpart
    this.#client = client
  }

  features({ context }: ClientStream): string {
    const more = context.host.streamFeatures.map(feature => (typeof feature === 'string' ? feature : feature()))
    return `<bind xmlns='${BIND}'/><sm xmlns='${SM}'/>${more.join('')}`
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
  #ifAdmitted(stream: ClientStream, next: () => void): Now<void> {
    return andThen(stream.context.admit(this.#localpart), isAdmitted => {
      if (stream.isClosed) return
      if (!isAdmitted) throw new StreamError('not-authorized', 'This account was locked or removed')
      next()
    })
  }

  #bind(iq: Stanza, stream: ClientStream): void {
    const { context } = stream
    const { host } = context
    const jid = this.#addressFor(iq.get(Bind)?.resource, context.host.domain.domain)
    const taken = host.sessions.at(jid)
    if (!taken && host.sessions.of(jid).length >= context.limits().sessionsPerAccount && !this.#makeRoom(jid, context)) {
      throw new StanzaError('resource-constraint', 'Too many devices of this account are connected: close one and try again')
    }
    // RFC 6120 §7.7.2.2, case 3: whoever binds the same name anew is the same device coming back.
    taken?.end('conflict', 'The same device connected anew')
    const session = new BoundSession(jid, stream, host.clock(), gone => endSession(gone, context), this.#client)
    stream.session = session
    stream.phase = bound
    host.sessions.add(session)
    stream.write(iq.result([Bind.write({ resource: undefined, jid: jid.full })]).toXml(stream.isFramed ? CLIENT : undefined))
    for (const handler of host.life.bound) handler(session)
  }

  /** Devices that never came back stand behind those that are here. */
  #makeRoom(jid: Device, { host, resumables }: StreamContext): boolean {
    for (const session of resumables.waiting()) {
      if (session.account.bare !== jid.bare) continue
      session.end('policy-violation', 'Too many devices of this account')
      return host.sessions.of(jid).length > 0
    }
    return false
  }

  #addressFor(resource: string | undefined, domain: string): Device {
    const wanted = resource === undefined || resource === '' ? `plodge-${randomUUID().slice(0, 8)}` : resource
    const jid = Jid.of(this.#localpart, domain, wanted)
    if (!jid) throw new StanzaError('bad-request', 'A resource cannot have that name')
    return jid as Device
  }

  /** XEP-0198 §5. What we say we have handled is done, and on disk. */
  #resume(element: RawElement, stream: ClientStream): Now<void> {
    const { context } = stream
    const id = element.attribute('previd') ?? ''
    const account = Jid.of(this.#localpart, context.host.domain.domain)?.bare ?? ''
    const session = context.resumables.find(id, account)
    if (session?.line) cutOff(session, session.line, context)
    return andThen(settled(session?.work), () =>
      andThen(settled(context.archive.committed()), () =>
        this.#ifAdmitted(stream, () =>
          this.#resumed(id, context.resumables.find(id, account), account, readH(element.attribute('h')), stream),
        ),
      ),
    )
  }

  #resumed(id: string, session: BoundSession | undefined, account: string, h: number | undefined, stream: ClientStream): void {
    if (!session?.management || h === undefined) {
      const received = session?.management?.received ?? stream.context.resumables.received(id, account)
      const handled = received === undefined ? '' : ` h='${received}'`
      return stream.write(`<failed xmlns='${SM}'${handled}><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`)
    }
    if (!session.management.acknowledge(h)) throw tooHigh(h, session.management)
    return comeBack(session, session.management, id, stream)
  }
}

/** XEP-0198 §5: a line that still looks alive is a dead one. Nothing more is read from it. */
function cutOff(session: BoundSession, line: Line, context: StreamContext): void {
  loseSession(session, context)
  line.fail('conflict', 'The session was resumed on another connection')
}

function comeBack(session: BoundSession, management: Management, id: string, stream: ClientStream): void {
  const { context } = stream
  // Another connection may have come back to it a moment ago.
  if (session.line) cutOff(session, session.line, context)
  session.attach(stream)
  context.resumables.back(session)
  stream.session = session
  stream.phase = bound
  stream.write(`<resumed xmlns='${SM}' previd='${id}' h='${management.received}'/>`)
  management.resend(stream)
  for (const handler of context.host.life.resumed) handler(session)
}

/** A commit that failed has told the senders of what it held, and so has a stanza that failed. */
function settled(work: Promise<unknown> | undefined): Now<unknown> {
  return work?.catch(() => {})
}
