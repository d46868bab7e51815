/** What a question to the archive asks for (XEP-0313 §4.1, §4.3), read into a query of the store. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { readDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { FULLTEXT_FIELD, type Filter, type QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import type { ResultSet } from '@plodge/xmpp/xeps/rsm.ts'
import { type Phrase, phrasesIn } from '../../search/words.ts'
import type { ArchiveId, ArchivePageQuery, Localpart } from '../../storage/repositories.ts'

const USUAL_PAGE = 50
export const LONGEST_PAGE = 250
const LONGEST_SEARCH = 1000
const MOST_WORDS = 32

export interface Wanted {
  readonly query: ArchivePageQuery
  /** Only messages to or from exactly this device (§4.1.1); the store knows bare addresses only. */
  readonly device: Jid | undefined
}

const FIELDS: ReadonlySet<string> = new Set(['with', 'start', 'end', 'before-id', 'after-id', 'ids', 'include-groupchat'])

/** Throws StanzaError: §4.1.5 feature-not-implemented for unknown fields, item-not-found for ids that no archive ever gave. */
export function readQuery(owner: Localpart, { filter, page, node }: Value<typeof QueryArchive.request>, isSearchable: boolean): Wanted {
  if (node !== undefined) throw new StanzaError('feature-not-implemented', 'The history of a person has no nodes')
  const fields = new Fields(filter ?? new Map(), isSearchable)
  const peer = fields.address('with')
  return {
    device: peer?.resource ? peer : undefined,
    query: {
      owner,
      peer: peer?.bare,
      start: fields.time('start'),
      end: fields.time('end'),
      afterId: fields.id('after-id'),
      beforeId: fields.id('before-id'),
      ids: fields.ids('ids'),
      phrases: fields.phrases(FULLTEXT_FIELD),
      ...readPage(page),
    },
  }
}

function readPage(page: ResultSet | undefined): Pick<ArchivePageQuery, 'max' | 'after' | 'before'> {
  if (page?.index !== undefined) throw new StanzaError('feature-not-implemented', 'Pages of history are found by id, not by number')
  const max = Math.min(page?.max ?? USUAL_PAGE, LONGEST_PAGE)
  const after = page?.after === undefined || page.after === '' ? undefined : readId(page.after)
  const before = page?.before === undefined ? undefined : page.before === '' ? ('last' as const) : readId(page.before)
  return { max, after, before }
}

/** Whatever is no id of ours is an id that the archive does not have (§4.3.2). */
function readId(text: string): ArchiveId {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new StanzaError('item-not-found', 'There is no message with that id in this history')
  return Number(text)
}

class Fields {
  readonly #fields: Filter

  constructor(fields: Filter, isSearchable: boolean) {
    for (const name of fields.keys()) {
      if (!FIELDS.has(name) && !(isSearchable && name === FULLTEXT_FIELD))
        throw new StanzaError('feature-not-implemented', `History cannot be filtered by ${name.slice(0, 100)}`)
    }
    this.#fields = fields
    this.#checkFlag('include-groupchat')
  }

  address(name: string): Jid | undefined {
    const text = this.#one(name)
    if (text === undefined) return undefined
    const jid = Jid.parse(text)
    if (!jid) throw new StanzaError('jid-malformed', `What ${name} has is not an address`)
    return jid
  }

  time(name: string): number | undefined {
    const text = this.#one(name)
    if (text === undefined) return undefined
    const time = readDateTime(text)
    if (time === undefined) throw new StanzaError('bad-request', `${name} must be a date and time as 2026-10-01T12:00:00Z`)
    return time
  }

  id(name: string): ArchiveId | undefined {
    const text = this.#one(name)
    return text === undefined ? undefined : readId(text)
  }

  ids(name: string): readonly ArchiveId[] | undefined {
    const values = this.#fields.get(name)?.filter(value => value !== '')
    if (!values || values.length === 0) return undefined
    if (values.length > LONGEST_PAGE) throw new StanzaError('not-acceptable', `At most ${LONGEST_PAGE} messages can be asked for by id`)
    return values.map(readId)
  }

  /** XEP-0431 §2.2: an empty one asks for nothing. Nothing in it is syntax but quotes, so that none of it can be wrong. */
  phrases(name: string): readonly Phrase[] | undefined {
    const text = this.#one(name)
    if (text === undefined) return undefined
    const phrases = text.length > LONGEST_SEARCH ? undefined : phrasesIn(text)
    if (!phrases || phrases.flat().length > MOST_WORDS)
      throw new StanzaError('not-acceptable', `A search has at most ${MOST_WORDS} words: leave some out`)
    if (phrases.length === 0) throw new StanzaError('not-acceptable', 'There is no word to search for: letters, digits or an emoji')
    return phrases
  }

  /** No groupchat is in a person's history, so that it is left out and included alike (§6.1.1). */
  #checkFlag(name: string): void {
    const text = this.#one(name)
    if (text !== undefined && !/^(?:true|false|0|1)$/.test(text)) throw new StanzaError('bad-request', `${name} is true or false`)
  }

  #one(name: string): string | undefined {
    const values = this.#fields.get(name)
    if (values && values.length > 1) throw new StanzaError('bad-request', `${name} has one value`)
    const text = values?.[0]?.trim()
    return text === '' ? undefined : text
  }
}
