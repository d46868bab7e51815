/**
 * The one place that owns where a list of messages stands. Three intents: stay at the end, hold what is being read, go to a message.
 * While reading, the browser's own scroll anchoring holds the place; where it has none (Safari), the same is done by hand.
 * Anchoring rests at the very start, where one would be carried away by what comes before: so nobody comes nearer to it than a pixel.
 */

const NEAR_END = 48
const ROWS = '.message'
/** In heights of the list: what is older is asked for before somebody comes to it. */
const NEAR_START = 2

export class ScrollController {
  readonly #element: HTMLElement
  readonly #watch: ResizeObserver
  readonly #onEnd: (isAtEnd: boolean) => void
  #isAtEnd = true
  /** Without anchoring: the row that is read, and where it is. */
  #read: { readonly row: Element; readonly top: number } | undefined
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
      else this.#hold()
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
        if (element.scrollTop <= 0 && !isAtEnd) element.scrollTop = 1
        this.#remember()
        if (this.#isNearStart) on.start()
      },
      { passive: true },
    )
  }

  get #isNearStart(): boolean {
    return this.#element.scrollTop < NEAR_START * this.#element.clientHeight
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd
  }

  toEnd(): void {
    this.#isAtEnd = true
    this.#onEnd(true)
    this.#jump()
  }

  toMessage(row: Element): void {
    this.#isAtEnd = false
    row.scrollIntoView({ block: 'center' })
  }

  close(): void {
    this.#watch.disconnect()
  }

  #remember(): void {
    if (this.#isAnchored) return
    const { top } = this.#element.getBoundingClientRect()
    const row = Array.from(this.#element.querySelectorAll(ROWS)).find(one => one.getBoundingClientRect().bottom > top)
    this.#read = row && { row, top: row.getBoundingClientRect().top }
  }

  #hold(): void {
    if (this.#read?.row.isConnected) this.#element.scrollTop += this.#read.row.getBoundingClientRect().top - this.#read.top
  }

  #jump(): void {
    this.#element.scrollTop = this.#element.scrollHeight
    this.#seen = heightsOf(this.#element)
  }
}

const heightsOf = ({ scrollHeight, clientHeight }: Element): string => `${scrollHeight} ${clientHeight}`
