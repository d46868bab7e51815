/**
 * What waits for a client, in order: that nobody looks at (XEP-0352), that is away, or that came back and is still being given what it
 * missed (XEP-0198 §5). Of some things only the newest waits.
 */
import type { ArchiveId } from '../storage/repositories.ts'
import { type Remnant, markOf, sizeOf } from './remnant.ts'
import { WAITS } from './urgency.ts'

const MOST_CHARACTERS = 262_144

export class Backlog {
  /** XEP-0352: since when nobody looks, milliseconds since 1970. */
  since: number | undefined
  /** The client is being given what it missed: everything waits behind that. */
  isReplaying = false
  /** Inactive, so many may wait. */
  most = 0
  /** By what a newer one replaces, or by a number. */
  readonly #waiting = new Map<string | number, Remnant>()
  #put = 0
  #bytes = 0
  /** Undefined when it has to be looked for. */
  #lowest: ArchiveId | undefined = 0

  get size(): number {
    return this.#waiting.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.most || this.#bytes > MOST_CHARACTERS
  }

  /** Of what waits; 0 when nothing of it is in an archive. */
  get lowestMark(): ArchiveId {
    return (this.#lowest ??= this.#findLowest())
  }

  #findLowest(): ArchiveId {
    let lowest = 0
    for (const remnant of this.#waiting.values()) {
      const mark = markOf(remnant)
      if (mark > 0 && (lowest === 0 || mark < lowest)) lowest = mark
    }
    return lowest
  }

  put(key: string, remnant: Remnant): void {
    const name = key === WAITS ? (this.#put += 1) : key
    // A newer one goes to the end: what its sender said in between comes first.
    this.remove(name)
    this.#waiting.set(name, remnant)
    this.#bytes += sizeOf(remnant)
    const mark = markOf(remnant)
    if (mark > 0 && this.#lowest !== undefined && (this.#lowest === 0 || mark < this.#lowest)) this.#lowest = mark
  }

  remove(name: string | number): void {
    const remnant = this.#waiting.get(name)
    if (remnant === undefined) return
    this.#waiting.delete(name)
    this.#bytes -= sizeOf(remnant)
    if (markOf(remnant) > 0) this.#lowest = undefined
  }

  /** Puts these before all that waits. */
  putFirst(remnants: readonly Remnant[]): void {
    const after = [...this.#waiting]
    for (const [name] of after) this.remove(name)
    for (const remnant of remnants) this.put(WAITS, remnant)
    for (const [name, remnant] of after) this.put(typeof name === 'number' ? WAITS : name, remnant)
  }

  /** The oldest so many. */
  first(count: number): readonly (readonly [string | number, Remnant])[] {
    return this.#waiting.entries().take(count).toArray()
  }

  has(name: string | number, remnant: Remnant): boolean {
    return this.#waiting.get(name) === remnant
  }

  *values(): Generator<Remnant> {
    yield* this.#waiting.values()
  }

  change(to: (remnant: Remnant) => Remnant): void {
    this.#bytes = 0
    for (const [name, remnant] of this.#waiting) {
      const changed = to(remnant)
      this.#waiting.set(name, changed)
      this.#bytes += sizeOf(changed)
    }
  }
}
