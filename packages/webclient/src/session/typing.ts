/** Who writes just now: said by themselves, and forgotten when they do not say it again (XEP-0085). */
import type { Desk } from './desk.ts'

const FORGOTTEN_MS = 30_000
const MOST_SHOWN = 20

export class Typing {
  readonly #desk: Desk
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  hear(address: string, author: string, isTyping: boolean): void {
    const conversation = this.#desk.state.conversations[address]
    if (!conversation) return
    const name = `${address}\n${author}`
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
    const others = conversation.typing.filter(one => one !== author)
    if (!isTyping || others.length >= MOST_SHOWN) {
      if (others.length !== conversation.typing.length) this.#desk.set('conversations', address, 'typing', others)
      return
    }
    this.#timers.set(
      name,
      setTimeout(() => this.hear(address, author, false), FORGOTTEN_MS),
    )
    if (others.length === conversation.typing.length) this.#desk.set('conversations', address, 'typing', [...others, author])
  }
}
