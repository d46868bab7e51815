/** The rooms of the service: found, made and given up; and which of them each device is in. */
import { createHmac } from 'node:crypto'
import { isAccount, type Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { byAddress, free } from '../../rooms/nicknames.ts'
import { Room, type RoomRules } from '../../rooms/room.ts'
import { USUAL_SETTINGS } from '../../rooms/settings.ts'
import type { Host } from '../../routing/host.ts'
import type { RoomsSettings } from '../../settings.ts'
import { Voice } from './voice.ts'

/** A room in use. */
export interface Open {
  readonly room: Room
  readonly voice: Voice
}

export interface DirectoryOptions {
  readonly host: Host
  readonly settings: () => RoomsSettings
  /** XEP-0421: what occupant ids are made with. */
  readonly secret: Buffer
  readonly isOperator: (person: Jid) => boolean
}

export class Directory {
  readonly #options: DirectoryOptions
  readonly #open = new Map<string, Open>()
  /** Rooms that a device came into; it may have been put out since. */
  readonly #inside = new Map<string, Set<Open>>()

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  find({ local }: Jid): Open | undefined {
    return this.#open.get(local)
  }

  get all(): Iterable<Open> {
    return this.#open.values()
  }

  /** Throws StanzaError where there may be no such room, or not by that person. */
  create(address: Jid, owner: Jid): Open {
    const { host, settings, isOperator } = this.#options
    const { names, mayCreate, perOwner } = settings()
    const place = address.account
    if (!isAccount(place) || !names.test(place.local)) throw new StanzaError('not-allowed', 'Rooms cannot have a name like that here')
    if (!host.isLocal(owner) || (mayCreate === 'operators' && !isOperator(owner)))
      throw new StanzaError('not-allowed', 'There is no such room, and you cannot make one')
    if (this.#ownedBy(owner) >= perOwner) throw new StanzaError('resource-constraint', `You own ${perOwner} rooms already`)
    const room = new Room(place, USUAL_SETTINGS, this.#rules())
    room.isLocked = true
    room.affiliations.set(owner.bare, 'owner')
    const open: Open = { room, voice: new Voice(host) }
    this.#open.set(place.local, open)
    return open
  }

  #ownedBy({ bare }: Jid): number {
    let count = 0
    for (const { room } of this.#open.values()) if (room.affiliationOf(bare) === 'owner') count += 1
    return count
  }

  #rules(): RoomRules {
    const { host, settings, secret } = this.#options
    const { nicknames, large, affiliations, history } = settings()
    return {
      nickname: nicknames === 'free' ? free : byAddress(host.domain.domain),
      occupantId: (room, person) => createHmac('sha256', secret).update(`${room.full} ${person}`).digest('base64url'),
      large,
      affiliations,
      history,
    }
  }

  remove({ room }: Open): void {
    this.#open.delete(room.address.local)
  }

  /** Before a device comes in. Throws StanzaError where it is in too many. */
  checkEntry({ full }: Jid): void {
    const rooms = this.#inside.get(full)
    const most = this.#options.settings().perDevice
    if (!rooms || rooms.size < most) return
    for (const open of rooms) if (!isInside(open, full)) rooms.delete(open)
    if (rooms.size >= most) throw new StanzaError('resource-constraint', `This device is in ${most} rooms already`)
  }

  entered({ full }: Jid, open: Open): void {
    const rooms = this.#inside.get(full)
    if (rooms) rooms.add(open)
    else this.#inside.set(full, new Set([open]))
  }

  left({ full }: Jid, open: Open): void {
    const rooms = this.#inside.get(full)
    rooms?.delete(open)
    if (rooms?.size === 0) this.#inside.delete(full)
  }

  /** Where a device is; it may have been put out of some. */
  of({ full }: Jid): readonly Open[] {
    return [...(this.#inside.get(full) ?? [])]
  }
}

const isInside = ({ room }: Open, device: string): boolean => room.isInside(device)
