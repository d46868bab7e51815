/** Where a session writes between its binding and the moment its client hears of it: nothing may come before that, and nothing be lost. */
import type { StreamCondition } from '@plodge/xmpp/stream/errors.ts'
import type { Line } from '../line.ts'

export class HeldLine implements Line {
  readonly #line: Line
  #held: string[] = []

  constructor(line: Line) {
    this.#line = line
  }

  get isFramed(): boolean {
    return this.#line.isFramed
  }

  get address(): string {
    return this.#line.address
  }

  get queued(): number {
    return this.#held.reduce((length, text) => length + text.length, this.#line.queued)
  }

  write(text: string): void {
    this.#held.push(text)
  }

  fail(condition: StreamCondition, text: string): void {
    this.#line.fail(condition, text)
  }

  release(): void {
    for (const text of this.#held) this.#line.write(text)
    this.#held = []
  }
}
