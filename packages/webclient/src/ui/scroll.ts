/**
 * The one place that owns where a list of messages stands. Three intents: stay at the end, hold what is being read, go to a message.
 * While reading, the browser's own scroll anchoring holds the place; where it has none (Safari), the same is done by hand.
 */

const NEAR_END = 48
const NEAR_START = 400

export class ScrollController {
  readonly #element: HTMLElement
  readonly #watch: ResizeObserver
  readonly #onEnd: (isAtEnd: boolean) => void
  #isAtEnd = true
  /** Heights at the last jump. */
  #seen = ''
  readonly #isAnchored = CSS.supports('overflow-anchor', 'auto')

  constructor(
    element: HTMLElement,
    content: Element,
    on: { readonly end: (isAtEnd: boolean) => void; readonly start: () => void; readonly seenEnd: () => void },
  ) {
    this.#element = element
    this.#onEnd = on.end
    // Whatever changes the height — a message, a picture, the keyboard of a phone — who was at the end stays there.
    this.#watch = new ResizeObserver(() => {
      if (this.#isAtEnd) this.#jump()
    })
    this.#watch.observe(content)
    this.#watch.observe(element)
    element.addEventListener(
      'scroll',
      () => {
        const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END
        // What has grown since the last jump is jumped after in this frame: nobody scrolled away.
        if (this.#isAtEnd && !isAtEnd && this.#seen !== heightsOf(element)) return
        if (isAtEnd !== this.#isAtEnd) {
          this.#isAtEnd = isAtEnd
          this.#onEnd(isAtEnd)
        }
        if (isAtEnd) on.seenEnd()
        if (element.scrollTop < NEAR_START) on.start()
      },
      { passive: true },
    )
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd
  }

  toEnd(): void {
    this.#isAtEnd = true
    this.#onEnd(true)
    this.#jump()
  }

  /** Around a change above what is being read. */
  hold(change: () => void): void {
    if (this.#isAnchored || this.#isAtEnd) return change()
    const before = this.#element.scrollHeight
    change()
    this.#element.scrollTop += this.#element.scrollHeight - before
  }

  toMessage(row: Element): void {
    this.#isAtEnd = false
    row.scrollIntoView({ block: 'center' })
  }

  close(): void {
    this.#watch.disconnect()
  }

  #jump(): void {
    this.#element.scrollTop = this.#element.scrollHeight
    this.#seen = heightsOf(this.#element)
  }
}

const heightsOf = ({ scrollHeight, clientHeight }: Element): string => `${scrollHeight} ${clientHeight}`
