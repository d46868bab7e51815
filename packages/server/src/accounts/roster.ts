/** A person's roster in memory (RFC 6121 §2): the contacts by address, and the version that counts changes. */
import { type BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { RosterRow, RosterSnapshot } from '../storage/repositories.ts'

type Details = Omit<RosterRow, 'contact'>

/** Beyond so many contacts they are looked up by an index. */
const FEW = 64

/** Two lists side by side, and what many contacts have in common is shared: a session's roster is the largest thing that it keeps. */
export class Roster {
  #version: number
  readonly #contacts: string[]
  readonly #details: Details[]
  #places: Map<string, number> | undefined

  constructor({ version, rows }: RosterSnapshot) {
    this.#version = version
    this.#contacts = rows.map(({ contact }) => shared(contact))
    this.#details = rows.map(detailsOf)
  }

  get version(): number {
    return this.#version
  }

  get size(): number {
    return this.#contacts.length
  }

  get(contact: string): RosterRow | undefined {
    const details = this.#details[this.#placeOf(contact)]
    return details && { contact, ...details }
  }

  *rows(): Generator<RosterRow> {
    for (const [place, contact] of this.#contacts.entries()) {
      const details = this.#details[place]
      if (details) yield { contact, ...details }
    }
  }

  /** The addresses of those who may see the owner's presence, or whose presence the owner may see. */
  *contacts(which: (details: Pick<RosterRow, 'subscription'>) => boolean): Generator<string> {
    for (const [place, details] of this.#details.entries()) if (which(details)) yield this.#contacts[place] ?? ''
  }

  /** The contact may see the owner's presence. */
  isSeenBy(contact: BareJid): boolean {
    const details = this.#details[this.#placeOf(contact)]
    return details !== undefined && seesOwner(details)
  }

  /** Puts a row in place, or away, and gives the new version. */
  change(contact: BareJid, row: RosterRow | undefined): number {
    const place = this.#placeOf(contact)
    this.#version += 1
    if (row && place >= 0) this.#details[place] = detailsOf(row)
    else if (row) {
      this.#contacts.push(shared(contact))
      this.#details.push(detailsOf(row))
    } else if (place >= 0) {
      this.#contacts.splice(place, 1)
      this.#details.splice(place, 1)
    }
    this.#places = undefined
    return this.#version
  }

  /** -1 when it is not there. */
  #placeOf(contact: string): number {
    if (this.#contacts.length <= FEW) return this.#contacts.indexOf(contact)
    this.#places ??= new Map(this.#contacts.map((address, place) => [address, place]))
    return this.#places.get(contact) ?? -1
  }
}

/** The same address in many rosters is one string. */
const shared = (address: string): string => Jid.parse(address)?.bare ?? address

const NO_GROUPS: readonly string[] = []
const plain = new Map<string, Details>()

function detailsOf({ name, groups, subscription, ask, approved, listed, pendingIn }: RosterRow): Details {
  const details: Details = { name, groups: groups.length > 0 ? groups : NO_GROUPS, subscription, ask, approved, listed, pendingIn }
  if (name !== undefined || groups.length > 0 || pendingIn !== undefined) return details
  const key = `${subscription}${ask}${approved}${listed}`
  const known = plain.get(key) ?? details
  plain.set(key, known)
  return known
}

export const seesOwner = ({ subscription }: Pick<RosterRow, 'subscription'>): boolean => subscription === 'from' || subscription === 'both'
export const isSeenByOwner = ({ subscription }: Pick<RosterRow, 'subscription'>): boolean =>
  subscription === 'to' || subscription === 'both'

export const NOBODY_KNOWN = {
  name: undefined,
  groups: [],
  subscription: 'none',
  ask: false,
  approved: false,
  listed: false,
  pendingIn: undefined,
} as const satisfies Omit<RosterRow, 'contact'>

/** Nothing in it is worth keeping. */
export const isBlank = (row: RosterRow): boolean =>
  !row.listed && row.subscription === 'none' && !row.ask && !row.approved && row.pendingIn === undefined
