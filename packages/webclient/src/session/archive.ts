/** Pages of an archive (XEP-0313): asked for by question, answered by messages that belong to it and to nobody else's. */
import type { Questions } from '../connection/questions.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { readDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import { FORWARD } from '@plodge/xmpp/xeps/forward.ts'
import { FULLTEXT_FIELD, MAM, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'

export interface Kept {
  readonly archive: string
  readonly time: number
  readonly message: Element
}

export interface Page {
  /** Oldest first. */
  readonly kept: readonly Kept[]
  /** Nothing is beyond it on the side that was asked for. */
  readonly isEnd: boolean
}

export interface Wanted {
  /** Undefined for one's own archive. */
  readonly room?: string | undefined
  readonly with?: string | undefined
  /** Older than this; '' for the newest of all. */
  readonly before?: string
  readonly after?: string
  readonly search?: string
  readonly most: number
}

/** A page is not longer than was asked for, whatever is sent. */
interface Open {
  readonly from: string
  readonly most: number
  readonly kept: Kept[]
}

export class Archive {
  readonly #questions: Questions
  readonly #own: string
  readonly #open = new Map<string, Open>()
  #count = 0

  constructor(questions: Questions, own: string) {
    this.#questions = questions
    this.#own = own
  }

  async page({ room, with: contact, before, after, search, most }: Wanted): Promise<Page> {
    const queryId = `q${(this.#count += 1)}-${crypto.randomUUID().slice(0, 8)}`
    const filter = new Map<string, readonly string[]>()
    if (contact !== undefined) filter.set('with', [contact])
    if (search !== undefined) filter.set(FULLTEXT_FIELD, [search])
    const kept: Kept[] = []
    this.#open.set(queryId, { from: room ?? this.#own, most, kept })
    try {
      const page = { ...WHOLE_SET, max: most, before: after === undefined ? (before ?? '') : undefined, after }
      const query = { queryId, node: undefined, filter: filter.size > 0 ? filter : undefined, page, isFlipped: false }
      const { complete } = await this.#questions.ask(QueryArchive, query, room)
      return { kept, isEnd: complete === 'true' || complete === '1' }
    } finally {
      this.#open.delete(queryId)
    }
  }

  /** Whether the message was a result of a query (§5.3.1: it must be from the archive that was asked). */
  hear(stanza: Element): boolean {
    const result = stanza.child(MAM, 'result')
    if (!result) return false
    const open = this.#open.get(result.attributes['queryid'] ?? '')
    const forwarded = result.child(FORWARD, 'forwarded')
    const message = forwarded?.child(CLIENT, 'message')
    const archive = result.attributes['id']
    if (!open || !message || archive === undefined || (stanza.attributes['from'] ?? this.#own) !== open.from) return true
    const time = readDateTime(forwarded?.child(DELAY, 'delay')?.attributes['stamp'] ?? '') ?? Date.now()
    if (open.kept.length < open.most) open.kept.push({ archive, time, message })
    return true
  }
}
