/** Presence sent to a room (XEP-0045 §7.2, §7.6, §7.7, §7.14, §17.3): coming, going, and what is shown between. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Enter, MUC } from '@plodge/xmpp/xeps/muc.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { enter } from '../../rooms/entry.ts'
import { leave } from '../../rooms/leaving.ts'
import { notInside, type Told } from '../../rooms/showing.ts'
import type { Host } from '../../routing/host.ts'
import { andThen, isPending, type Now } from '../../routing/now.ts'
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
    const open = this.#directory.inMemory(to)
    switch (type) {
      case undefined:
        return this.#answered(presence, from, to, () => this.#come(presence, from, to, origin))
      case 'unavailable':
        return open && this.#leave(open, from, presence)
      case 'error':
        return this.failed(presence, from, open)
      default:
        // §17.3: a probe is no wish to come in.
        return undefined
    }
  }

  /** §7.2: a refusal says which room it is by, and repeats that it is about coming in: clients look for that. */
  #answered(presence: Stanza, from: Jid, to: Jid, come: () => Now<void>): Now<void> {
    const refuse = (error: unknown): Now<void> => {
      if (!(error instanceof StanzaError)) throw error
      const { ns, name, attributes, children } = error.toElement()
      const told = new Element(ns, name, { by: to.bare, ...attributes }, children)
      const elements = presence.has(Enter) ? [new Element(MUC, 'x'), told] : [told]
      return this.#host.sessions.at(from)?.send(Stanza.of('presence', { from: to, to: from, type: 'error', id: presence.id }, elements))
    }
    try {
      const done = come()
      return isPending(done) ? done.catch(refuse) : done
    } catch (error) {
      return refuse(error)
    }
  }

  #come(presence: Stanza, from: Jid, to: Jid, origin: Session | undefined): Now<void> {
    const isInside = this.#directory.inMemory(to)?.room.occupantOf(from) !== undefined
    if (!isInside && !presence.has(Enter)) return this.#notInside(from, to)
    if (to.resource === '') throw new StanzaError('jid-malformed', 'Say by which nickname you come in')
    return andThen(this.#rewritten(presence, origin), shown =>
      andThen(this.#directory.find(to), open =>
        open ? this.#enter(shown, from, open, false, origin) : this.#create(shown, from, to, origin),
      ),
    )
  }

  /** §14.1, §14.4: a stanza of the room did not reach the device. */
  failed(error: Stanza, from: Jid, open: Open | undefined): Now<void> {
    const { condition } = StanzaError.from(error.toElement().child('jabber:client', 'error'))
    return open && DELIVERY_ERRORS.has(condition) ? this.#leave(open, from, undefined, { codes: [333] }) : undefined
  }

  #rewritten(presence: Stanza, origin: Session | undefined): Now<Stanza> {
    let shown: Now<Stanza> = presence
    if (origin) for (const rewrite of this.#host.presence.rewrite) shown = andThen(shown, before => rewrite(before, origin))
    return shown
  }

  #enter(presence: Stanza, device: Jid, open: Open, isNew: boolean, origin: Session | undefined): Now<void> {
    // Whatever was waited for, the client may have gone meanwhile.
    const isGone = origin && this.#host.sessions.at(device) !== origin
    try {
      if (isGone) return this.emptied(open)
      const isInside = open.room.occupantOf(device) !== undefined
      if (!isInside) this.#directory.checkEntry(device)
      const deliveries = enter(open.room, { presence, device, now: this.#host.clock(), isNew })
      if (!isInside) this.#directory.entered(device, open)
      return open.voice.say(deliveries)
    } catch (error) {
      return andThen(this.emptied(open), () => {
        throw error
      })
    }
  }

  async #create(presence: Stanza, device: Jid, to: Jid, origin: Session | undefined): Promise<void> {
    const open = await this.#directory.create(to, device)
    await this.#enter(presence, device, open, true, origin)
  }

  /** §7.2.18: presence of somebody who believes to be inside and is not. */
  #notInside(device: Jid, to: Jid): void {
    this.#host.sessions.at(device)?.send(notInside(to).with({ to: device }))
  }

  #leaveAll(device: Jid, leaving: Stanza | undefined): void {
    for (const open of this.#directory.of(device)) this.#host.background(this.#leave(open, device, leaving), 'the end of a room')
  }

  #leave(open: Open, device: Jid, leaving: Stanza | undefined, told?: Told): Now<void> {
    const deliveries = leave(open.room, device, leaving, told)
    this.#directory.left(device, open)
    open.voice.say(deliveries)
    return deliveries.length > 0 ? this.emptied(open) : undefined
  }

  /** §10.9: a room that is not to last ends with the last who is inside; so does one that was never opened (§10.1.1). */
  emptied(open: Open): Now<void> {
    const { room } = open
    const isOver = room.occupants.size === 0 && (room.isLocked || !room.settings.isPersistent)
    return isOver ? this.#directory.remove(open) : undefined
  }
}
