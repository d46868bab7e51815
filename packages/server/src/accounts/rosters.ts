/** The rosters of our accounts: read once, kept while they are used, and written through. One process owns them. */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Localpart, RosterRow, Rosters as RosterRepository } from '../storage/repositories.ts'
import { NOBODY_KNOWN, Roster, isBlank } from './roster.ts'

/** A change of one row: what it was and is; undefined for not there. */
export interface RosterChange {
  readonly row: RosterRow | undefined
  readonly version: number
  /** Settles when it is on disk. */
  readonly saved: Promise<void>
}

export class Rosters {
  readonly #repository: RosterRepository
  readonly #most: number
  /** In order of use: the first is the one to forget. */
  readonly #known = new Map<Localpart, Roster>()
  readonly #loading = new Map<Localpart, Promise<Roster>>()

  /** `most` is how many rosters stay in memory. */
  constructor(repository: RosterRepository, { most = 20_000 } = {}) {
    this.#repository = repository
    this.#most = most
  }

  of(owner: Localpart): Now<Roster> {
    return this.#known.get(owner) ?? this.#loading.get(owner) ?? this.#load(owner)
  }

  /** Whether the roster of the owner has the contact as an item. */
  isContact(owner: Localpart, contact: BareJid): Now<boolean> {
    return andThen(this.of(owner), roster => roster.get(contact)?.listed === true)
  }

  since(owner: Localpart, version: number): ReturnType<RosterRepository['since']> {
    return this.#repository.since(owner, version)
  }

  /** Changes one row by a pure function of what it was; undefined when that leaves it as it was. */
  change(owner: Localpart, contact: BareJid, update: (row: RosterRow) => RosterRow | undefined): Now<RosterChange | undefined> {
    return andThen(this.of(owner), roster => {
      const before = roster.get(contact)
      const updated = update(before ?? { contact, ...NOBODY_KNOWN })
      const after = updated && isBlank(updated) ? undefined : updated
      if (after === before) return undefined
      const version = roster.change(contact, after)
      const saved = after ? this.#repository.put(owner, after, version) : this.#repository.remove(owner, contact, version)
      // What is not on disk must not stay in memory as if it were.
      saved.catch(() => this.forget(owner))
      return { row: after, version, saved }
    })
  }

  forget(owner: Localpart): void {
    this.#known.delete(owner)
  }

  async #load(owner: Localpart): Promise<Roster> {
    const loading = this.#repository.load(owner).then(snapshot => new Roster(snapshot))
    this.#loading.set(owner, loading)
    try {
      const roster = await loading
      this.#known.set(owner, roster)
      if (this.#known.size > this.#most) this.#known.delete(this.#known.keys().next().value ?? '')
      return roster
    } finally {
      this.#loading.delete(owner)
    }
  }
}
