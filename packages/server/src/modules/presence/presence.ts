/** RFC 6121 §4: who is there. Presence goes to those who may see it, and to those it was sent to by name until it is taken back. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { textElement } from '@plodge/xmpp/xeps/codec.ts'
import { isSeenByOwner, seesOwner } from '../../accounts/roster.ts'
import type { Rosters } from '../../accounts/rosters.ts'
import type { Host, Module } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import { Outlet } from './outlet.ts'

const Priority = textElement('jabber:client', 'priority')

export interface PresenceOptions {
  readonly rosters: Rosters
  /** How many people a device may show itself to by directed presence. */
  readonly mostDirected: () => number
}

export const presence = ({ rosters, mostDirected }: PresenceOptions): Module & Pick<Presence, 'show'> => {
  const service = new Presence(rosters, mostDirected)
  return {
    name: 'presence',
    implements: { 'RFC 6121': '2011-03' },
    install: host => service.install(host),
    show: (owner, to, isVisible) => service.show(owner, to, isVisible),
  }
}

class Presence {
  readonly #rosters: Rosters
  readonly #mostDirected: () => number
  /** Whom each session showed itself to by name (RFC 6121 §4.6): only sessions that did are here. */
  readonly #directed = new Map<Session, Map<string, Jid>>()
  #host!: Host
  #outlet!: Outlet

  constructor(rosters: Rosters, mostDirected: () => number) {
    this.#rosters = rosters
    this.#mostDirected = mostDirected
  }

  install(host: Host): void {
    this.#host = host
    this.#outlet = new Outlet(host)
    host.broadcast = (stanza, session) => this.#broadcast(stanza, session)
    host.direct = (stanza, from, to, session) => this.#direct(stanza, from, to, session)
    // RFC 6121 §4.5.3: a device that vanishes is unavailable, whether it said so or not.
    host.life.closed.push(session => {
      const gone = Stanza.of('presence', { from: session.jid, type: 'unavailable' })
      if (session.presence || this.#directed.has(session)) host.background(this.#leave(gone, session), 'presence of a closed session')
    })
  }

  #broadcast(stanza: Stanza, session: Session): Now<void> {
    if (stanza.type === 'unavailable') {
      for (const handler of this.#host.presence.withdrawn) handler(session, stanza)
      return this.#leave(stanza, session)
    }
    const priority = readPriority(stanza)
    // RFC 6121 §4.4.2: those who were shown a presence by name do not see it change.
    return andThen(this.#rewritten(stanza, session), shown =>
      andThen(this.#rosters.of(session.localpart), roster => {
        // Whatever was waited for, the client may have gone meanwhile, and those who saw it go must not see it come.
        if (!this.#isHere(session)) return
        const isFirst = session.presence === undefined
        // Those to whom it goes may keep it for a while, too.
        const kept = shown.detached()
        session.presence = kept
        session.priority = priority
        this.#toOwn(kept, session, isFirst)
        for (const contact of addresses(roster.contacts(seesOwner))) this.#outlet.toEach(kept, contact)
        if (isFirst) for (const contact of addresses(roster.contacts(isSeenByOwner))) this.#probe(session, contact)
        for (const handler of isFirst ? this.#host.presence.arrived : this.#host.presence.changed) handler(session)
      }),
    )
  }

  #rewritten(stanza: Stanza, session: Session): Now<Stanza> {
    let shown: Now<Stanza> = stanza
    for (const rewrite of this.#host.presence.rewrite) shown = andThen(shown, before => rewrite(before, session))
    return shown
  }

  /** RFC 6121 §4.2.2: one's other devices see it, the device itself too; a newcomer sees the others. */
  #toOwn(shown: Stanza, session: Session, isFirst: boolean): void {
    for (const other of this.#host.sessions.of(session.account)) {
      if (other.presence === undefined) continue
      other.send(shown.with({ to: session.account }))
      if (isFirst && other !== session) session.send(other.presence.with({ to: session.account }))
    }
  }

  #leave(stanza: Stanza, session: Session): Now<void> {
    const last = session.presence
    session.presence = undefined
    const directed = this.#directed.get(session)
    this.#directed.delete(session)
    if (!last) {
      for (const to of directed?.values() ?? []) this.#outlet.toEach(stanza, to)
      return undefined
    }
    for (const other of this.#host.sessions.of(session.account))
      if (other.presence && other !== session) other.send(stanza.with({ to: session.account }))
    return andThen(this.#rosters.of(session.localpart), roster => {
      for (const contact of addresses(roster.contacts(seesOwner))) this.#outlet.toEach(stanza, contact)
      // RFC 6121 §4.6.3, rule 2: once is enough.
      for (const to of directed?.values() ?? [])
        if (!roster.isSeenBy(to.bare) || !isAvailable(this.#host, to)) this.#outlet.toEach(stanza, to)
      for (const handler of this.#host.presence.departed) handler(session, last, stanza)
    })
  }

  #isHere(session: Session): boolean {
    return this.#host.sessions.at(session.jid) === session
  }

  /** RFC 6121 §4.3.2: the contact's server answers for the devices that are there, if the contact lets the owner see them. */
  #probe(session: Session, contact: Jid): void {
    const devices = this.#host.sessions.of(contact)
    if (devices.length === 0) return
    const work = andThen(this.#rosters.of(contact.local), roster => {
      if (!roster.isSeenBy(session.account.bare)) return
      for (const device of devices) {
        const shown = device.presence
        if (shown) this.#outlet.toOne(shown, session, () => shown.with({ to: session.account }))
      }
    })
    this.#host.background(work, 'a presence probe')
  }

  /** RFC 6121 §4.6: presence to somebody in particular, and §4.3 for probes; §8.5.3 for errors, which only a device gets. */
  #direct(stanza: Stanza, from: Jid, to: Jid, session: Session | undefined): Now<void> {
    if (stanza.type === 'probe') return this.#answerProbe(from, to)
    if (stanza.type === 'error' && to.resource === '') return undefined
    return andThen(this.#outlet.isRefused(stanza, from, to), isRefused => {
      if (isRefused || (session && !this.#isHere(session))) return undefined
      if (session && stanza.type !== 'error') this.#remember(stanza, to, session)
      const shown = session && stanza.type === undefined ? this.#rewritten(stanza, session) : stanza
      return andThen(shown, shown => {
        if (!session || this.#isHere(session)) this.#outlet.toEach(shown, to)
      })
    })
  }

  #remember(stanza: Stanza, to: Jid, session: Session): void {
    const known = this.#directed.get(session)
    if (stanza.type === 'unavailable') {
      known?.delete(to.full)
      return
    }
    if (known && known.size >= this.#mostDirected() && !known.has(to.full))
      throw new StanzaError('resource-constraint', `Presence goes to at most ${this.#mostDirected()} addresses by name`)
    if (known) known.set(to.full, to)
    else this.#directed.set(session, new Map([[to.full, to]]))
  }

  #answerProbe(from: Jid, to: Jid): Now<void> {
    return andThen(this.#rosters.of(to.local), roster => {
      const asker = this.#host.sessions.at(from)
      const isOwn = from.bare === to.bare
      for (const device of this.#host.sessions.of(to)) {
        const shown = device.presence
        const isShown = isOwn || roster.isSeenBy(from.account.bare) || this.#isShownByName(device, from)
        if (!shown || !isShown || (to.resource !== '' && device.jid.full !== to.full)) continue
        if (asker) this.#outlet.toOne(shown, asker, () => shown.with({ to: from }))
      }
    })
  }

  #isShownByName(device: Session, to: Jid): boolean {
    const directed = this.#directed.get(device)
    return directed !== undefined && (directed.has(to.full) || directed.has(to.bare))
  }

  /** Shows or hides all devices of an account to somebody, or to one device: after a subscription is granted or ended, blocked or unblocked. */
  show(owner: Account, to: Jid, isVisible: boolean): void {
    for (const device of this.#host.sessions.of(owner)) {
      if (!device.presence) continue
      if (isVisible) this.#outlet.toEach(device.presence, to)
      else this.#hide(device, to)
    }
  }

  /** To go is shown whatever the block list says: it may say so any moment now. */
  #hide(device: Session, to: Jid): void {
    const gone = Stanza.of('presence', { to, from: device.jid, type: 'unavailable' })
    for (const session of this.#host.sessions.of(to))
      if (session.presence && (to.resource === '' || session.jid.full === to.full)) session.send(gone)
  }
}

const isAvailable = (host: Host, to: Jid): boolean => to.resource === '' || host.sessions.at(to)?.presence !== undefined

function* addresses(texts: Iterable<string>): Generator<Jid> {
  for (const text of texts) {
    const jid = Jid.parse(text)
    if (jid) yield jid
  }
}

/** RFC 6121 §4.7.2.3: an integer from -128 to 127, 0 when it is not given. */
function readPriority(stanza: Stanza): number {
  const text = stanza.get(Priority)?.trim()
  if (text === undefined) return 0
  const priority = /^[+-]?\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (!(priority >= -128 && priority <= 127)) throw new StanzaError('bad-request', 'A priority is a number from -128 to 127')
  return priority
}
