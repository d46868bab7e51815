/** The rooms of the service: found in memory or on disk, made, kept and given up; and which of them each device is in. */
import { createHmac, randomBytes } from 'node:crypto'
import { type Account, type BareJid, isAccount, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { affiliate } from '../../rooms/administration.ts'
import { byAddress, free } from '../../rooms/nicknames.ts'
import { Room, type RoomRules } from '../../rooms/room.ts'
import { USUAL_SETTINGS } from '../../rooms/settings.ts'
import { MOST_CHANGES } from '../../rooms/versions.ts'
import type { Host } from '../../routing/host.ts'
import type { Now } from '../../routing/now.ts'
import type { RoomsSettings } from '../../settings.ts'
import type { Rooms } from '../../storage/repositories.ts'
import { keptPeople, restore } from './keeping.ts'
import { Voice } from './voice.ts'

/** Rooms in which nobody is, at most, that stay in memory because they were used. */
const MOST_IDLE = 500

/** A room in use. */
export interface Open {
  readonly room: Room
  readonly voice: Voice
  readonly createdAt: number
}

export interface DirectoryOptions {
  readonly host: Host
  readonly domain: Account
  readonly store: Rooms
  /** What was said last, oldest first. */
  readonly recent: (room: Room) => Promise<Room['history']>
  readonly settings: () => RoomsSettings
  /** XEP-0421: what occupant ids are made with, always the same. */
  readonly secret: () => Promise<Buffer>
  readonly isOperator: (person: Jid) => boolean
  /** Whether anything that is said is kept. */
  readonly mayArchive: boolean
}

export class Directory {
  readonly #options: DirectoryOptions
  readonly #open = new Map<string, Open>()
  readonly #loading = new Map<string, Promise<Open | undefined>>()
  /** Rooms that a device came into; it may have been put out since. */
  readonly #inside = new Map<string, Set<Open>>()
  #secret: Buffer | undefined

  constructor(options: DirectoryOptions) {
    this.#options = options
  }

  find(to: Jid): Now<Open | undefined> {
    return this.#open.get(to.local) ?? this.#loading.get(to.local) ?? this.#load(to)
  }

  /** As far as it is in memory: every room is in which somebody is. */
  inMemory({ local }: Jid): Open | undefined {
    return this.#open.get(local)
  }

  #load({ local, account }: Jid): Promise<Open | undefined> {
    const load = async (): Promise<Open | undefined> => {
      const { store, recent, host } = this.#options
      this.#secret ??= await this.#options.secret()
      const record = await store.load(local)
      if (!record || !isAccount(account)) return undefined
      const room = restore(record, account, this.#rules(this.#secret), host.clock())
      // What was not to last ended with the process that it was in.
      if (!room.settings.isPersistent) {
        await store.remove(local, room.address.bare)
        return undefined
      }
      room.history = await recent(room)
      return this.#hold({ room, voice: new Voice(host), createdAt: record.createdAt })
    }
    const loading = load().finally(() => this.#loading.delete(local))
    this.#loading.set(local, loading)
    return loading
  }

  #hold(open: Open): Open {
    this.#open.set(open.room.address.local, open)
    let spare = this.#open.size - this.#inside.size - MOST_IDLE
    if (spare > 0)
      for (const [name, one] of this.#open) {
        if (one === open || one.room.occupants.size > 0 || one.room.isLocked || !one.voice.isIdle) continue
        this.#open.delete(name)
        if ((spare -= 1) <= 0) break
      }
    return open
  }

  /** Throws StanzaError where there may be no such room, or not by that person. There must be none of the name. */
  async create(address: Jid, owner: Jid, { isByOperator = false } = {}): Promise<Open> {
    const { host, settings, isOperator, store } = this.#options
    const { names, mayCreate, perOwner } = settings()
    const place = address.account
    if (!isAccount(place) || !names.test(place.local)) throw new StanzaError('not-allowed', 'Rooms cannot have a name like that here')
    if (!host.isLocal(owner) || (mayCreate === 'operators' && !isByOperator && !isOperator(owner)))
      throw new StanzaError('not-allowed', 'There is no such room, and you cannot make one')
    const own = await store.of(owner.bare)
    if (!isByOperator && own.filter(({ affiliation }) => affiliation === 'owner').length + this.#unfinishedBy(owner) >= perOwner)
      throw new StanzaError('resource-constraint', `You own ${perOwner} rooms already`)
    if (this.#open.has(place.local) || !this.#secret) throw new StanzaError('item-not-found', 'Somebody else is just making that room')
    const room = new Room(place, USUAL_SETTINGS, this.#rules(this.#secret), host.clock())
    room.isLocked = true
    room.setAffiliation(owner.bare, 'owner')
    return this.#hold({ room, voice: new Voice(host), createdAt: host.clock() })
  }

  #unfinishedBy({ bare }: Jid): number {
    let count = 0
    for (const { room } of this.#open.values()) if (room.isLocked && room.affiliationOf(bare) === 'owner') count += 1
    return count
  }

  #rules(secret: Buffer): RoomRules {
    const { host, settings } = this.#options
    const { nicknames, large, crowd, occupants, affiliations, history } = settings()
    return {
      isFree: nicknames === 'free',
      nickname: nicknames === 'free' ? free : byAddress(host.domain.domain),
      occupantId: (room, person) => createHmac('sha256', secret).update(`${room.full} ${person}`).digest('base64url'),
      large,
      crowd,
      occupants,
      affiliations,
      mayArchive: this.#options.mayArchive,
      history,
      version: () => randomBytes(9).toString('base64url'),
    }
  }

  /** Writes what was decided and who is what now; settles when it is on disk. */
  async keep({ room, createdAt }: Open): Promise<void> {
    if (room.isLocked) return
    const { settings, address, versions } = room
    const { name: title, isPublic } = settings
    const head = { name: address.local, createdAt, title, isPublic, settings: JSON.stringify(settings), version: versions.current }
    await this.#options.store.put(head, keptPeople(room), versions.takeFresh(), MOST_CHANGES)
  }

  /** Settles when nothing of it is left on disk for anybody to see. */
  async remove({ room }: Open): Promise<void> {
    this.#open.delete(room.address.local)
    await this.#options.store.remove(room.address.local, room.address.bare)
  }

  /** Somebody is no more. What they alone owned is its first admin's then; where there is none, the operator is told. */
  async forget(person: BareJid): Promise<void> {
    const { store, domain, host } = this.#options
    const owned = (await store.of(person)).filter(({ affiliation }) => affiliation === 'owner')
    const changed: Open[] = []
    for (const open of this.#open.values()) {
      const { room, voice } = open
      if (room.nicks.has(person)) room.setNick(person, undefined)
      if (room.affiliations.has(person)) {
        voice.say(affiliate(room, person, 'none'))
        changed.push(open)
      }
      room.versions.forget(person)
      room.marks.delete(person)
    }
    await store.forget(person)
    for (const open of changed) await this.keep(open)
    for (const { name } of owned) {
      const address = Jid.of(name, domain.domain)
      const open = address && (await this.find(address))
      const people = [...(open?.room.affiliations ?? [])]
      if (!open || people.some(([, affiliation]) => affiliation === 'owner')) continue
      const heir = people.find(([, affiliation]) => affiliation === 'admin')
      if (heir) {
        open.voice.say(affiliate(open.room, heir[0], 'owner'))
        await this.keep(open)
      } else host.log.warn({ room: name }, 'a room has no owner any more: give it one with "plodge room members"')
    }
  }

  /** Before a device comes in. Throws StanzaError where it is in too many. */
  checkEntry({ full }: Jid): void {
    const rooms = this.#inside.get(full)
    const most = this.#options.settings().perDevice
    if (!rooms || rooms.size < most) return
    for (const open of rooms) if (!open.room.isInside(full)) rooms.delete(open)
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
