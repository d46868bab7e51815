/**
 * XEP-0463: which states the affiliations of a room have been in, each under an opaque name that was never given before, and what changed
 * after each. Names told to clients before a crash kept them off the disk are as unknown as any other afterwards: no number is counted on.
 */
import type { BareJid } from '@plodge/xmpp/jid/jid.ts'
import type { Affiliation } from '@plodge/xmpp/xeps/muc.ts'

/** Changes that are remembered; whoever knows an older state gets the whole list. */
export const MOST_CHANGES = 256

export interface AffiliationChange {
  /** Of the state that it led to. */
  readonly version: string
  readonly person: BareJid
  readonly before: Affiliation
}

/** From one state to the next. */
export interface VersionStep {
  readonly since: string
  readonly until: string
}

export class Versions {
  readonly #next: () => string
  #current: string
  #changes: readonly AffiliationChange[]
  #fresh: readonly AffiliationChange[] = []

  /** `next` gives a name that was never given. */
  constructor(next: () => string, current = next(), changes: readonly AffiliationChange[] = []) {
    this.#next = next
    this.#current = current
    this.#changes = changes
  }

  get current(): string {
    return this.#current
  }

  note(person: BareJid, before: Affiliation): VersionStep {
    const since = this.#current
    const change = { version: this.#next(), person, before }
    this.#current = change.version
    this.#changes = [...this.#changes, change].slice(-MOST_CHANGES)
    this.#fresh = [...this.#fresh, change].slice(-MOST_CHANGES)
    return { since, until: change.version }
  }

  /** Undefined where that state is not known, or not any more. */
  after(version: string): readonly AffiliationChange[] | undefined {
    if (version === this.#current) return []
    const at = this.#changes.findLastIndex(change => change.version === version)
    return at < 0 ? undefined : this.#changes.slice(at + 1)
  }

  /** What changed since this was asked last. */
  takeFresh(): readonly AffiliationChange[] {
    const fresh = this.#fresh
    this.#fresh = []
    return fresh
  }

  /** Nothing says any more that somebody was ever here. */
  forget(person: BareJid): void {
    if (!this.#changes.some(change => change.person === person)) return
    this.#changes = []
    this.#fresh = []
  }
}
