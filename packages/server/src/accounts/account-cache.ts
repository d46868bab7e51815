/** The accounts that were asked for lately, so that a stanza's way and a log-in need not wait for the store. Unknown names are not kept. */
import type { Now } from '../routing/now.ts'
import type { AccountRecord, Localpart } from '../storage/repositories.ts'

export class AccountCache {
  readonly #load: (localpart: Localpart) => Promise<AccountRecord | undefined>
  readonly #most: number
  /** In order of use: the first is the one to forget. */
  readonly #known = new Map<Localpart, AccountRecord>()
  /** Counts changes: what was loaded before one may be old. */
  #changes = 0

  constructor(load: (localpart: Localpart) => Promise<AccountRecord | undefined>, most: number) {
    this.#load = load
    this.#most = most
  }

  find(localpart: Localpart): Now<AccountRecord | undefined> {
    const known = this.#known.get(localpart)
    if (!known) return this.#loadAndKeep(localpart)
    this.#known.delete(localpart)
    this.#known.set(localpart, known)
    return known
  }

  forget(localparts: Iterable<Localpart>): void {
    this.#changes++
    for (const localpart of localparts) this.#known.delete(localpart)
  }

  async #loadAndKeep(localpart: Localpart): Promise<AccountRecord | undefined> {
    const changes = this.#changes
    const account = await this.#load(localpart)
    if (account && changes === this.#changes) {
      this.#known.set(localpart, account)
      if (this.#known.size > this.#most) this.#known.delete(this.#known.keys().next().value ?? '')
    }
    return account
  }
}
