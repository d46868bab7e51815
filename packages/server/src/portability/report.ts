/** What became of an import: whose accounts, how much of each, and what could not be taken, each thing said once. */

export interface Imported {
  readonly localpart: string
  /** Made by the import. */
  readonly isNew: boolean
  contacts: number
  nodes: number
  items: number
  messages: number
  waiting: number
  /** Whether the password of the file is theirs now. */
  hasPassword: boolean
}

export interface ImportReport {
  readonly people: readonly Imported[]
  /** Sentences for the operator, with how often each was said. */
  readonly notes: readonly { readonly text: string; readonly times: number }[]
}

const MOST_NOTES = 200

export class Report {
  readonly people: Imported[] = []
  readonly #notes = new Map<string, number>()

  begin(localpart: string, isNew: boolean): Imported {
    const imported = { localpart, isNew, contacts: 0, nodes: 0, items: 0, messages: 0, waiting: 0, hasPassword: false }
    this.people.push(imported)
    return imported
  }

  note(text: string): void {
    const short = text.slice(0, 300)
    const said = this.#notes.has(short) || this.#notes.size < MOST_NOTES ? short : 'There is more like this'
    this.#notes.set(said, (this.#notes.get(said) ?? 0) + 1)
  }

  get done(): ImportReport {
    return { people: this.people, notes: [...this.#notes].map(([text, times]) => ({ text, times })) }
  }
}
