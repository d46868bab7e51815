/**
 * Log-ins at the chat server, so many at once; who comes meanwhile waits in line. After a restart of either server thousands come together: all at
 * once they would be too slow to be of use to anybody, and begin again for ever. While the chat server is away one tries now and then, for all.
 */

export interface Waiting {
  /** Now. */
  onTurn(): void
}

const AT_ONCE = 64
/** How often one tries while the chat server is away. */
const REST_MS = 250

export class Turns {
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>()
  readonly #going = new Set<Waiting>()
  #resting: NodeJS.Timeout | undefined

  ask(who: Waiting): void {
    this.#waiting.add(who)
    this.#next()
  }

  /** It is through, or will not be. For whoever is not in line it means nothing. */
  leave(who: Waiting): void {
    this.#waiting.delete(who)
    if (this.#going.delete(who)) this.#next()
  }

  /** The chat server did not take it just now: back in line, and nobody tries for a moment. */
  again(who: Waiting): void {
    this.#going.delete(who)
    this.#waiting.add(who)
    this.#resting ??= setTimeout(() => {
      this.#resting = undefined
      this.#next(1)
    }, REST_MS).unref()
  }

  /** It is there. */
  wake(): void {
    clearTimeout(this.#resting)
    this.#resting = undefined
    this.#next()
  }

  #next(most = AT_ONCE): void {
    if (this.#resting) return
    for (const who of this.#waiting) {
      if (this.#going.size >= most) return
      this.#waiting.delete(who)
      this.#going.add(who)
      who.onTurn()
    }
  }
}
