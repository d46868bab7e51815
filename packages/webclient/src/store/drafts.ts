/** What is being written, for each conversation: at hand at once, and kept across pages. */
import type { Write } from './database.ts'

const MOST = 100
const LONGEST = 20_000

export class Drafts {
  readonly #drafts: Map<string, string>
  readonly #write: (writes: readonly Write[]) => void

  constructor(drafts: ReadonlyMap<string, string>, write: (writes: readonly Write[]) => void) {
    this.#drafts = new Map(drafts)
    this.#write = write
  }

  get(address: string): string {
    return this.#drafts.get(address) ?? ''
  }

  set(address: string, text: string): void {
    if (this.get(address) === text) return
    const writes: Write[] = [['drafts', address, text === '' ? undefined : text.slice(0, LONGEST)]]
    this.#drafts.delete(address)
    if (text !== '') this.#drafts.set(address, text.slice(0, LONGEST))
    const [oldest] = this.#drafts.keys()
    if (this.#drafts.size > MOST && oldest !== undefined) {
      this.#drafts.delete(oldest)
      writes.push(['drafts', oldest, undefined])
    }
    this.#write(writes)
  }
}
