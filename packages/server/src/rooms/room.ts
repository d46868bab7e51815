/**
 * A room (XEP-0045) as a value: who has which affiliation, who is inside, and what was decided. Commands of the files beside this one
 * change it and give deliveries; it knows no socket, clock or store.
 */
import { type Account, type BareJid, isAccount, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Affiliation, Hat, Role } from '@plodge/xmpp/xeps/muc.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { NicknameRule } from './nicknames.ts'
import { Pace } from './pace.ts'
import type { RoomSettings } from './settings.ts'
import { Versions, type VersionStep } from './versions.ts'

/** One stanza for all of these: a copy differs in `to` alone, its payload is the same text. */
export interface Delivery {
  readonly stanza: Stanza
  readonly to: readonly Jid[]
  /** What the archive of whoever hears it calls it, where that has it. */
  readonly mark?: number | undefined
}

/** One device of an occupant, and its last presence as it is shown, without what the room adds. */
export interface Seat {
  readonly device: Jid
  presence: Stanza
  /** It follows the lists of affiliations (XEP-0463): it asked for them when it came in. */
  followsLists?: true
  /** As newcomers were shown it last, with and without the address. */
  shown?: [known?: Shown | undefined, unknown?: Shown | undefined]
}

/** Made of what it says here. */
interface Shown {
  readonly presence: Stanza
  readonly role: Role
  readonly affiliation: Affiliation
  readonly stanza: Stanza
}

/** A person inside, under one nickname, with any number of devices. */
export interface Occupant {
  readonly at: Jid
  readonly person: BareJid
  /** XEP-0421. */
  readonly id: string
  role: Role
  /** Its presence was shown to everybody, so that its going must be; false for the silent many of a large room. */
  isShown: boolean
  seats: readonly Seat[]
}

export interface RoomRules {
  readonly nickname: NicknameRule
  /** Whether people choose their nicknames, and can have them reserved (§7.10). */
  readonly isFree: boolean
  /** XEP-0421: the same for a person in this room, always, and no way back to the person. */
  readonly occupantId: (room: Account, person: BareJid) => string
  /** With more inside than this, who has no affiliation and does not moderate comes and goes unseen. */
  readonly large: number
  /** With more inside than this, mere members of the room do too. */
  readonly crowd: number
  /** People inside, whatever the room is configured to, and people who have an affiliation. */
  readonly occupants: number
  readonly affiliations: number
  /** Whether anything that is said may be kept. */
  readonly mayArchive: boolean
  readonly history: number
  /** XEP-0463: a name for a state of a room's affiliations that none ever had. */
  readonly version: () => string
}

/** What was said, and when, in milliseconds since 1970. */
export interface Said {
  readonly message: Stanza
  readonly at: number
}

/** Up to where somebody has read (XEP-0333). */
export interface Mark {
  /** What the archive of the room calls the message; all before it are read, too. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export class Room {
  readonly address: Account
  readonly rules: RoomRules
  settings: RoomSettings
  readonly #affiliations = new Map<BareJid, Affiliation>()
  readonly #nicks = new Map<BareJid, string>()
  readonly #reserved = new Map<string, BareJid>()
  /** Whose affiliation or nickname changed since somebody took note of it. */
  #changed = new Set<BareJid>()
  readonly occupants = new Map<string, Occupant>()
  readonly #byDevice = new Map<string, Occupant>()
  /** As it was sent to everybody; undefined when there never was one. */
  subject: Said | undefined
  history: readonly Said[] = []
  /** Up to where people have read, where the room keeps that (XEP-0333). */
  readonly marks = new Map<BareJid, Mark>()
  readonly pace: Pace
  /** XEP-0463. */
  versions: Versions
  /** Being made: nobody but its owner can come in (§10.1). */
  isLocked = false
  #devices: readonly Jid[] | undefined
  #members: readonly Account[] | undefined

  /** `now` is when it begins to be in memory, in milliseconds since 1970. */
  constructor(address: Account, settings: RoomSettings, rules: RoomRules, now: number) {
    this.pace = new Pace(now)
    this.address = address
    this.settings = rules.mayArchive ? settings : { ...settings, isArchived: false }
    this.rules = rules
    this.versions = new Versions(rules.version)
  }

  /** Those who have none are not in it. */
  get affiliations(): ReadonlyMap<BareJid, Affiliation> {
    return this.#affiliations
  }

  /** Whoever has an affiliation and is not banned; a list that is made once for all messages between two changes. */
  get members(): readonly Account[] {
    return (this.#members ??= [...this.#affiliations].flatMap(([person, affiliation]) => {
      const jid = affiliation === 'outcast' ? undefined : Jid.parse(person)
      return jid && isAccount(jid) ? [jid] : []
    }))
  }

  /** XEP-0317: those that somebody wears. */
  hatsOf(person: BareJid): readonly Hat[] {
    const { hats, wearers } = this.settings
    if (wearers.length === 0) return []
    return hats.filter(({ uri }) => wearers.some(([wearer, hat]) => wearer === person && hat === uri))
  }

  affiliationOf(person: BareJid): Affiliation {
    return this.#affiliations.get(person) ?? 'none'
  }

  /** Undefined where it was that before. */
  setAffiliation(person: BareJid, affiliation: Affiliation): VersionStep | undefined {
    const before = this.affiliationOf(person)
    if (affiliation === 'none') this.#affiliations.delete(person)
    else this.#affiliations.set(person, affiliation)
    this.#changed.add(person)
    this.#members = undefined
    return before === affiliation ? undefined : this.versions.note(person, before)
  }

  /** Nicknames that nobody else may have (§7.10). */
  get nicks(): ReadonlyMap<BareJid, string> {
    return this.#nicks
  }

  setNick(person: BareJid, nick: string | undefined): void {
    this.#reserved.delete(this.#nicks.get(person) ?? '')
    if (nick === undefined) this.#nicks.delete(person)
    else {
      this.#nicks.set(person, nick)
      this.#reserved.set(nick, person)
    }
    this.#changed.add(person)
  }

  /** Somebody else is under that nickname, or has it reserved. */
  isTaken(nick: string, person: BareJid): boolean {
    const owner = this.rules.isFree ? this.#reserved.get(nick) : undefined
    const holder = this.occupants.get(nick)
    return (owner !== undefined && owner !== person) || (holder !== undefined && holder.person !== person)
  }

  /** Whether somebody's affiliation or nickname changed since `takeChanges`. */
  get isChanged(): boolean {
    return this.#changed.size > 0
  }

  /** Whose affiliation or nickname changed since this was asked last. */
  takeChanges(): ReadonlySet<BareJid> {
    const changed = this.#changed
    if (changed.size > 0) this.#changed = new Set()
    return changed
  }

  /** Who is inside with that device. */
  occupantOf(device: Jid): Occupant | undefined {
    return this.#byDevice.get(device.full)
  }

  isInside(device: string): boolean {
    return this.#byDevice.has(device)
  }

  /** All devices of everybody inside; a list that never changes under its reader, made once for all messages between two changes. */
  get devices(): readonly Jid[] {
    return (this.#devices ??= [...this.occupants.values()].flatMap(({ seats }) => seats.map(({ device }) => device)))
  }

  sit(occupant: Occupant, seat: Seat): void {
    this.occupants.set(occupant.at.resource, occupant)
    occupant.seats = [...occupant.seats, seat]
    this.#byDevice.set(seat.device.full, occupant)
    this.#devices = undefined
  }

  /** Whoever has no seat left is no occupant any more. */
  rise(occupant: Occupant, device: Jid): void {
    occupant.seats = occupant.seats.filter(seat => seat.device.full !== device.full)
    this.#byDevice.delete(device.full)
    if (occupant.seats.length === 0) this.occupants.delete(occupant.at.resource)
    this.#devices = undefined
  }

  /** Newcomers are not told of it any more: it was taken back. */
  forget(stanzaId: string): void {
    this.forgetSaid(message => message.all(StanzaId).some(({ id, by }) => id === stanzaId && by === this.address.full))
  }

  forgetSaid(isMeant: (message: Stanza) => boolean): void {
    this.history = this.history.filter(({ message }) => !isMeant(message))
  }

  remember(said: Said): void {
    if (this.rules.history > 0) this.history = [...this.history, said].slice(-this.rules.history)
  }
}

export const devicesOf = ({ seats }: Occupant): readonly Jid[] => seats.map(({ device }) => device)
