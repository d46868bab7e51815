/**
 * Where in a TOML text each key stands: the parser tells lines only of broken texts, and a person wants to know. A small scanner for text that
 * the parser has taken: it finds keys and skips values; whether they are right is not its business.
 */

/** Lines, counted from 1, by dotted name of key or table. What is in a list goes by its number: `list.0.name`. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  new Scanner(text, (path, line) => {
    // A dotted key makes the tables that it names, too.
    for (let length = 1; length <= path.length; length++) {
      const name = path.slice(0, length).join('.')
      if (!lines.has(name)) lines.set(name, line)
    }
  }).document()
  return lines
}

class Scanner {
  readonly #text: string
  readonly #found: (path: readonly string[], line: number) => void
  #at = 0
  #line = 1

  constructor(text: string, found: (path: readonly string[], line: number) => void) {
    this.#text = text
    this.#found = found
  }

  document(): void {
    let table: readonly string[] = []
    const arrays = new Map<string, number>()
    for (this.#skip(/[\s,]/); this.#at < this.#text.length; this.#skip(/[\s,]/)) {
      const { line } = this.#here()
      if (!this.#take('[')) this.#pair(table)
      else {
        const isArray = this.#take('[')
        table = this.#key()
        this.#found(table, line)
        this.#skip(/[ \t\]]/)
        if (!isArray) continue
        const count = arrays.get(table.join('.')) ?? 0
        arrays.set(table.join('.'), count + 1)
        table = [...table, String(count)]
      }
    }
  }

  #pair(table: readonly string[]): void {
    const { line, at } = this.#here()
    const path = [...table, ...this.#key()]
    this.#found(path, line)
    this.#skip(/[\s=]/)
    this.#value(path)
    // Only a document that is not valid would not move on.
    if (this.#at === at) this.#advance(1)
  }

  /** Dotted, and each part bare or quoted. */
  #key(): readonly string[] {
    const parts: string[] = []
    do {
      this.#skip(/[ \t]/)
      const quote = this.#text[this.#at]
      parts.push(quote === '"' || quote === "'" ? unquote(this.#string()) : this.#run(/[A-Za-z0-9_-]/))
      this.#skip(/[ \t]/)
    } while (this.#take('.'))
    return parts
  }

  #value(path: readonly string[]): void {
    const first = this.#text[this.#at]
    if (first === '"' || first === "'") this.#string()
    else if (first === '[') this.#list(path)
    else if (first === '{') this.#inlineTable(path)
    else this.#run(/[^,\]}#\n]/)
  }

  #list(path: readonly string[]): void {
    this.#take('[')
    for (let index = 0; ; index++) {
      this.#skip(/[\s,]/)
      if (this.#at >= this.#text.length || this.#take(']')) return
      this.#value([...path, String(index)])
    }
  }

  #inlineTable(path: readonly string[]): void {
    this.#take('{')
    for (;;) {
      this.#skip(/[\s,]/)
      if (this.#at >= this.#text.length || this.#take('}')) return
      this.#pair(path)
    }
  }

  /** With its quotes. */
  #string(): string {
    const start = this.#at
    const quote = this.#text[this.#at] ?? ''
    const closing = this.#text.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote
    this.#advance(closing.length)
    while (this.#at < this.#text.length && !this.#text.startsWith(closing, this.#at)) {
      this.#advance(quote === '"' && this.#text[this.#at] === '\\' ? 2 : 1)
    }
    this.#advance(closing.length)
    // The last quotes of """two more""""" belong to the text.
    while (closing.length === 3 && this.#text[this.#at] === quote) this.#advance(1)
    return this.#text.slice(start, this.#at)
  }

  /** Over what fits and over comments. */
  #skip(fits: RegExp): void {
    for (let char = this.#text[this.#at]; char !== undefined; char = this.#text[this.#at]) {
      if (char === '#') this.#run(/[^\n]/)
      else if (fits.test(char)) this.#advance(1)
      else return
    }
  }

  #run(fits: RegExp): string {
    const start = this.#at
    for (let char = this.#text[this.#at]; char !== undefined && fits.test(char); char = this.#text[this.#at]) this.#advance(1)
    return this.#text.slice(start, this.#at)
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false
    this.#advance(1)
    return true
  }

  #advance(count: number): void {
    for (let step = 0; step < count; step++) if (this.#text[this.#at++] === '\n') this.#line++
  }

  #here(): { readonly line: number; readonly at: number } {
    return { line: this.#line, at: this.#at }
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' }

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1)
  if (quoted.startsWith("'")) return inner
  return inner.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/gs,
    (_, four?: string, eight?: string, two?: string, short = '') =>
      four || eight || two ? String.fromCodePoint(parseInt(four ?? eight ?? two ?? '', 16)) : (SHORT_ESCAPES[short] ?? short),
  )
}
