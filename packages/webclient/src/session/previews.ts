/** What pages say of themselves whose links are in messages: asked of the web tier, where it offers that, a few at once, each once. */
import { shown } from '../model/names.ts'

export interface Preview {
  readonly title: string
  readonly description: string
  readonly site: string
}

const AT_ONCE = 2
const MOST_KEPT = 500
const MOST_WAITING = 40
/** When there were too many. */
const REST_MS = 15_000

export class Previews {
  /** Undefined where there are none. */
  readonly #path: string | undefined
  readonly #kept = new Map<string, Promise<Preview | undefined>>()
  readonly #waiting: (() => void)[] = []
  #open = 0
  #restsUntil = 0

  constructor(path: string | undefined) {
    this.#path = path
  }

  get isOffered(): boolean {
    return this.#path !== undefined
  }

  of(url: string): Promise<Preview | undefined> {
    const asked = this.#kept.get(url) ?? this.#ask(url)
    this.#kept.delete(url)
    this.#kept.set(url, asked)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break
      this.#kept.delete(oldest)
    }
    return asked
  }

  async #ask(url: string): Promise<Preview | undefined> {
    if (this.#path === undefined || Date.now() < this.#restsUntil || this.#waiting.length >= MOST_WAITING) return this.#later(url)
    if (this.#open >= AT_ONCE) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#open += 1
    try {
      const answer = await fetch(this.#path, { method: 'POST', body: url, headers: { 'Content-Type': 'text/plain' } })
      if (answer.status === 200) return read(await answer.json())
      if (answer.status === 204) return undefined
      this.#restsUntil = Date.now() + REST_MS
      return this.#later(url)
    } catch {
      return this.#later(url)
    } finally {
      this.#open -= 1
      this.#waiting.shift()?.()
    }
  }

  /** It is not known: it may be asked for again. */
  #later(url: string): undefined {
    queueMicrotask(() => this.#kept.delete(url))
    return undefined
  }
}

function read(said: unknown): Preview | undefined {
  const text = (name: string, most: number): string => {
    const value = typeof said === 'object' && said !== null ? (said as Record<string, unknown>)[name] : undefined
    return typeof value === 'string' ? shown(value, most) : ''
  }
  const title = text('title', 200)
  return title === '' ? undefined : { title, description: text('description', 300), site: text('site', 60) }
}
