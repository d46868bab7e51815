/** Presence sent to a room (XEP-0045 §7.2, §7.6, §7.7, §7.14, §17.3): coming, going, and what is shown between. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Enter } from '@plodge/xmpp/xeps/muc.ts'
import { enter } from '../../rooms/entry.ts'
import { leave } from '../../rooms/leaving.ts'
import { notInside, type Told } from '../../rooms/showing.ts'
import type { Host } from '../../routing/host.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import type { Directory, Open } from './directory.ts'

/** §14.4: what tells that an occupant is no more. */
const DELIVERY_ERRORS: ReadonlySet<string> = new Set([
  'gone',
  'item-not-found',
  'recipient-unavailable',
  'redirect',
  'remote-server-not-found',
  'remote-server-timeout',
])

export class Comings {
  readonly #host: Host
  readonly #directory: Directory

  constructor(host: Host, directory: Directory) {
    this.#host = host
    this.#directory = directory
    host.life.closed.push(({ jid }) => this.#leaveAll(jid, undefined))
    host.presence.withdrawn.push(({ jid }, leaving) => this.#leaveAll(jid, leaving))
  }

  receive(presence: Stanza, origin: Session | undefined): Now<void> {
    const { from, to, type } = presence
    if (!from || !to || to.local === '') return undefined
    const open = this.#directory.find(to)
    switch (type) {
      case undefined:
        return andThen(this.#rewritten(presence, origin), shown => {
          // Whatever was waited for, the client may have gone meanwhile.
          if (!origin || this.#host.sessions.at(from) === origin) this.#enter(shown, from, to, open)
        })
      case 'unavailable':
        if (open) this.#leave(open, from, presence)
        return undefined
      case 'error':
        return this.failed(presence, from, open)
      default:
        // §17.3: a probe is no wish to come in.
        return undefined
    }
  }

  /** §14.1, §14.4: a stanza of the room did not reach the device. */
  failed(error: Stanza, from: Jid, open: Open | undefined): void {
    const { condition } = StanzaError.from(error.toElement().child('jabber:client', 'error'))
    if (open && DELIVERY_ERRORS.has(condition)) this.#leave(open, from, undefined, { codes: [333] })
  }

  #rewritten(presence: Stanza, origin: Session | undefined): Now<Stanza> {
    let shown: Now<Stanza> = presence
    if (origin) for (const rewrite of this.#host.presence.rewrite) shown = andThen(shown, before => rewrite(before, origin))
    return shown
  }

  #enter(presence: Stanza, device: Jid, to: Jid, found: Open | undefined): void {
    const isInside = found?.room.occupantOf(device) !== undefined
    if (!isInside && !presence.has(Enter)) return this.#notInside(device, to)
    if (!isInside) this.#directory.checkEntry(device)
    const open = found ?? this.#create(to, device)
    try {
      const deliveries = enter(open.room, { presence, device, now: this.#host.clock(), isNew: !found })
      if (!isInside) this.#directory.entered(device, open)
      open.voice.say(deliveries)
    } catch (error) {
      this.emptied(open)
      throw error
    }
  }

  #create(to: Jid, device: Jid): Open {
    if (to.resource === '') throw new StanzaError('jid-malformed', 'Say by which nickname you come in')
    return this.#directory.create(to, device)
  }

  /** §7.2.18: presence of somebody who believes to be inside and is not. */
  #notInside(device: Jid, to: Jid): void {
    this.#host.sessions.at(device)?.send(notInside(to).with({ to: device }))
  }

  #leaveAll(device: Jid, leaving: Stanza | undefined): void {
    for (const open of this.#directory.of(device)) this.#leave(open, device, leaving)
  }

  #leave(open: Open, device: Jid, leaving: Stanza | undefined, told?: Told): void {
    const deliveries = leave(open.room, device, leaving, told)
    this.#directory.left(device, open)
    open.voice.say(deliveries)
    this.emptied(open)
  }

  /** §10.9: a room that is not to last ends with the last who is inside; so does one that was never opened (§10.1.1). */
  emptied(open: Open): void {
    const { room } = open
    if (room.occupants.size === 0 && (room.isLocked || !room.settings.isPersistent)) this.#directory.remove(open)
  }
}
