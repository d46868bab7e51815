/** A person's roster in memory (RFC 6121 §2): the contacts by address, and the version that counts changes. */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import type { RosterRow, RosterSnapshot } from '../storage/repositories.ts'

export class Roster {
  #version: number
  readonly #rows: Map<string, RosterRow>

  constructor({ version, rows }: RosterSnapshot) {
    this.#version = version
    this.#rows = new Map(rows.map(row => [row.contact, row]))
  }

  get version(): number {
    return this.#version
  }

  get size(): number {
    return this.#rows.size
  }

  get(contact: BareJid): RosterRow | undefined {
    return this.#rows.get(contact)
  }

  rows(): Iterable<RosterRow> {
    return this.#rows.values()
  }

  /** The contact may see the owner's presence. */
  isSeenBy(contact: BareJid): boolean {
    const row = this.#rows.get(contact)
    return row !== undefined && seesOwner(row)
  }

  /** The owner may see the contact's presence. */
  sees(contact: BareJid): boolean {
    const row = this.#rows.get(contact)
    return row !== undefined && isSeenByOwner(row)
  }

  /** Puts a row in place, or away, and gives the new version. */
  change(contact: string, row: RosterRow | undefined): number {
    if (row) this.#rows.set(contact, row)
    else this.#rows.delete(contact)
    this.#version += 1
    return this.#version
  }
}

export const seesOwner = ({ subscription }: RosterRow): boolean => subscription === 'from' || subscription === 'both'
export const isSeenByOwner = ({ subscription }: RosterRow): boolean => subscription === 'to' || subscription === 'both'

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
