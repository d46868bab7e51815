/** Remembers which messages an error may answer, a bounded number of them: an error names nothing but its message's id and sender. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'

const MOST = 10_000

export class Answered {
  /** In order of age. */
  readonly #expected = new Set<string>()

  expect({ id, from, to }: Stanza): void {
    if (id === undefined || !from || !to) return
    this.#expected.add(keyOf(id, from, to))
    if (this.#expected.size > MOST) this.#expected.delete(this.#expected.values().next().value ?? '')
  }

  /** Whether the error answers one of them; each is answered once. */
  takes({ id, from, to }: Stanza): boolean {
    return id !== undefined && from !== undefined && to !== undefined && this.#expected.delete(keyOf(id, to, from))
  }
}

const keyOf = (id: string, author: Jid, other: Jid): string => `${author.bare}\n${other.bare}\n${id}`
