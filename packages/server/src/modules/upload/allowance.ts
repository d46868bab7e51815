/** How much each person may upload: slots an hour, and what slots that are not filled yet have claimed of the quota. In memory. */
import type { Localpart } from '../../storage/repositories.ts'

const HOUR_MS = 3_600_000

interface Claims {
  since: number
  slots: number
  /** By the slot's id: its size, and until when it may be filled. */
  readonly open: Map<string, { readonly size: number; readonly until: number }>
}

export class Allowance {
  readonly #claims = new Map<Localpart, Claims>()

  /** When there may be another slot, milliseconds since 1970; undefined when it may be now. */
  retryAt(owner: Localpart, slotsPerHour: number, now: number): number | undefined {
    const claims = this.#claims.get(owner)
    if (!claims || now - claims.since >= HOUR_MS || claims.slots < slotsPerHour) return undefined
    return claims.since + HOUR_MS
  }

  /** Of slots that may still be filled. */
  open(owner: Localpart, now: number): { readonly files: number; readonly bytes: number } {
    let [files, bytes] = [0, 0]
    const open = this.#claims.get(owner)?.open
    for (const [id, { size, until }] of open ?? []) {
      if (until < now) open?.delete(id)
      else [files, bytes] = [files + 1, bytes + size]
    }
    return { files, bytes }
  }

  claim(owner: Localpart, id: string, size: number, until: number, now: number): void {
    let claims = this.#claims.get(owner)
    if (!claims) this.#claims.set(owner, (claims = { since: now, slots: 0, open: new Map() }))
    if (now - claims.since >= HOUR_MS) Object.assign(claims, { since: now, slots: 0 })
    claims.slots += 1
    claims.open.set(id, { size, until })
  }

  filled(owner: Localpart, id: string): void {
    this.#claims.get(owner)?.open.delete(id)
  }

  /** Forgets those of whom there is nothing to remember. */
  tidy(now: number): void {
    for (const [owner, { since }] of this.#claims) {
      if (this.open(owner, now).files === 0 && now - since >= HOUR_MS) this.#claims.delete(owner)
    }
  }
}
