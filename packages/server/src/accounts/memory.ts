/** What the accounts remember between runs beside the accounts themselves: who was locked by hand, and which feed came last. */
import type { Documents, Localpart } from '../storage/repositories.ts'

/** These documents belong to no person. */
export const NOBODY: Localpart = ''
export const ACCOUNTS_KIND = 'plodge:accounts'

export interface LastFeed {
  readonly generation: number | undefined
  readonly sha256: string
}

export class AccountsMemory {
  readonly #documents: Documents

  constructor(documents: Documents) {
    this.#documents = documents
  }

  async lockedByHand(): Promise<ReadonlySet<Localpart>> {
    const text = await this.#documents.get(NOBODY, ACCOUNTS_KIND, 'locked')
    return new Set(text === undefined ? [] : (JSON.parse(text) as readonly Localpart[]))
  }

  async setLockedByHand(localpart: Localpart, isLocked: boolean): Promise<void> {
    const before = await this.lockedByHand()
    if (before.has(localpart) === isLocked) return
    const after = isLocked ? [...before, localpart] : [...before].filter(name => name !== localpart)
    await this.#documents.set(NOBODY, ACCOUNTS_KIND, 'locked', JSON.stringify(after))
  }

  /** The SCRAM mechanisms that somebody has, or had, a verifier for. */
  async mechanisms(): Promise<readonly string[]> {
    const text = await this.#documents.get(NOBODY, ACCOUNTS_KIND, 'mechanisms')
    return text === undefined ? [] : (JSON.parse(text) as readonly string[])
  }

  setMechanisms(mechanisms: readonly string[]): Promise<void> {
    return this.#documents.set(NOBODY, ACCOUNTS_KIND, 'mechanisms', JSON.stringify(mechanisms))
  }

  async lastFeed(): Promise<LastFeed | undefined> {
    const text = await this.#documents.get(NOBODY, ACCOUNTS_KIND, 'feed')
    return text === undefined ? undefined : (JSON.parse(text) as LastFeed)
  }

  setLastFeed(last: LastFeed): Promise<void> {
    return this.#documents.set(NOBODY, ACCOUNTS_KIND, 'feed', JSON.stringify(last))
  }
}
