/** Time that stands still until a test moves it. */
export class Clock {
  #time: number

  constructor(start = Date.parse('2026-11-02T09:00:00Z')) {
    this.#time = start
  }

  /** Milliseconds since 1970; may be handed on by itself. */
  readonly now = (): number => this.#time

  advance({ days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 }): void {
    this.#time += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
  }
}
