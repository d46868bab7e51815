/** A whole password feed, read as it streams by: the people, what could not be understood, and whether the file is whole. */
import { isUtf8 } from 'node:buffer'
import type { Localpart } from '../../storage/repositories.ts'
import { type LineRules, type Person, parseLine } from './line.ts'
import { Checksum, type Trailer, looksLikeTrailer, parseTrailer } from './trailer.ts'

export interface BadLine {
  /** The first line is 1. */
  readonly line: number
  readonly why: string
}

export interface Feed {
  readonly people: ReadonlyMap<Localpart, Person>
  /** Named in a line that was not understood: they stay as they are. */
  readonly unclear: ReadonlySet<Localpart>
  /** The first of them; `badLines` counts all. */
  readonly bad: readonly BadLine[]
  readonly badLines: number
  readonly generation: number | undefined
  /** Of the file as a whole. */
  readonly sha256: string
}

/** Broken: the file as a whole is not to be trusted. */
export type ParsedFeed = { readonly kind: 'feed'; readonly feed: Feed } | { readonly kind: 'broken'; readonly why: string }

const LONGEST_LINE = 4096
const MOST_BYTES = 512 * 1024 * 1024
const BAD_KEPT = 100
const NEWLINE = 10

const broken = (why: string): ParsedFeed => ({ kind: 'broken', why })

export async function parseFeed(chunks: AsyncIterable<Buffer> | Iterable<Buffer>, rules: LineRules): Promise<ParsedFeed> {
  const reader = new FeedReader(rules)
  for await (const chunk of chunks) {
    const why = reader.take(chunk)
    if (why !== undefined) return broken(why)
  }
  return reader.end()
}

class FeedReader {
  readonly #rules: LineRules
  readonly #checksum = new Checksum()
  readonly #people = new Map<Localpart, Person>()
  readonly #unclear = new Set<Localpart>()
  readonly #bad: BadLine[] = []
  #badLines = 0
  #line = 0
  #bytes = 0
  #rest: Buffer = Buffer.alloc(0)
  #trailer: Trailer | undefined

  constructor(rules: LineRules) {
    this.#rules = rules
  }

  /** Says why, when the feed is broken. */
  take(chunk: Buffer): string | undefined {
    this.#bytes += chunk.length
    if (this.#bytes > MOST_BYTES) return 'the file is larger than 512 MB'
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let start = 0
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      const why = this.#takeLine(data.subarray(start, end), data.subarray(start, end + 1))
      if (why !== undefined) return why
      start = end + 1
    }
    this.#rest = data.subarray(start)
    return this.#rest.length > LONGEST_LINE * 4 ? `line ${this.#line + 1} does not end` : undefined
  }

  end(): ParsedFeed {
    if (this.#bytes === 0) return broken('the file is empty')
    if (this.#rest.length > 0) return broken('the last line does not end with a newline: the file may be cut short')
    return {
      kind: 'feed',
      feed: {
        people: this.#people,
        unclear: this.#unclear,
        bad: this.#bad,
        badLines: this.#badLines,
        generation: this.#trailer?.generation,
        sha256: this.#checksum.soFar(),
      },
    }
  }

  #takeLine(line: Buffer, withNewline: Buffer): string | undefined {
    this.#line++
    if (this.#trailer && line.length > 0) return `line ${this.#line} comes after the line with the checksum`
    if (looksLikeTrailer(line)) {
      const trailer = parseTrailer(line.toString('latin1'))
      if (!trailer) return `line ${this.#line} is not "# sha256 <64 hexadecimal digits> generation <number>"`
      if (trailer.sha256 !== this.#checksum.soFar()) return 'the checksum in the last line does not fit what is before it'
      this.#trailer = trailer
    }
    this.#checksum.add(withNewline)
    if (line.includes(0)) return `line ${this.#line} has a NUL byte: this is no text file`
    if (line.length > LONGEST_LINE) this.#complain('the line is longer than 4096 bytes')
    else this.#understand(line)
    return undefined
  }

  #understand(line: Buffer): void {
    // Old files have names in Latin-1.
    const text = line.toString(isUtf8(line) ? 'utf8' : 'latin1')
    const parsed = parseLine((this.#line === 1 ? text.replace(/^\ufeff/, '') : text).replace(/\r$/, ''), this.#rules)
    switch (parsed.kind) {
      case 'nothing':
        return
      case 'bad':
        if (parsed.localpart !== undefined) this.#unclear.add(parsed.localpart)
        return this.#complain(parsed.why)
      case 'person':
        // The first line of a name counts, as in every system's own files.
        if (this.#people.has(parsed.person.localpart)) return this.#complain('the name was there before; the first line counts')
        this.#people.set(parsed.person.localpart, parsed.person)
    }
  }

  #complain(why: string): void {
    this.#badLines++
    if (this.#bad.length < BAD_KEPT) this.#bad.push({ line: this.#line, why })
  }
}
