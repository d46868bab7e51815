/** A page of history: out of the store, cut to what may be sent at once, and written as results (XEP-0313 §4.2). */
import type { Account, Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { forwardedXml } from '@plodge/xmpp/xeps/forward.ts'
import { type Fin, MAM } from '@plodge/xmpp/xeps/mam.ts'
import { WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import type { Archive, ArchivedMessage, ArchiveId, ArchivePage, ArchivePageQuery } from '../../storage/repositories.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { LONGEST_PAGE, type Wanted } from './query.ts'

/** Characters of stanzas in one page: few messages are long, and a page of long ones must not fill a connection. */
const MOST_CHARACTERS = 1_000_000

/** Ids are microseconds since 1970. */
export const timeOf = (id: ArchiveId): string => writeDateTime(Math.floor(id / 1000))

export async function findPage(archive: Pick<Archive, 'page'>, { query, device }: Wanted): Promise<ArchivePage> {
  const page = device ? await pageWithDevice(archive, query, device) : await archive.page(query)
  return cut(page, query.before !== undefined)
}

/** Pages of the account that are read for one with a device; some milliseconds each. */
const MOST_PAGES = 40

/** §4.1.1: the pages of the account, until enough in them are with the device, none are left, or too many were read. */
async function pageWithDevice(archive: Pick<Archive, 'page'>, query: ArchivePageQuery, device: Jid): Promise<ArchivePage> {
  const isBackward = query.before !== undefined
  let found: readonly ArchivedMessage[] = []
  let from: Pick<ArchivePageQuery, 'after' | 'before'> = { after: query.after, before: query.before }
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await archive.page({ ...query, ...from, max: LONGEST_PAGE })
    if (!page.found) return page
    const fitting = page.messages.filter(({ stanza }) => isWith(stanza, device))
    found = isBackward ? [...fitting, ...found] : [...found, ...fitting]
    if (found.length > query.max) {
      const messages = isBackward ? found.slice(found.length - query.max) : found.slice(0, query.max)
      return { messages, complete: false, count: undefined, found: true }
    }
    const next = isBackward ? page.messages[0] : page.messages.at(-1)
    if (page.complete || !next) return { messages: found, complete: true, count: undefined, found: true }
    from = isBackward ? { after: query.after, before: next.id } : { after: next.id, before: undefined }
  }
  // With nothing to go on from there can be no next page.
  if (found.length === 0)
    throw new StanzaError(
      'resource-constraint',
      'This device is too rare in this history to be looked for: ask for the account’s, or name a time',
    )
  return { messages: found, complete: false, count: undefined, found: true }
}

/** By the text of the start tag, in which our own writer escaped every `>`. */
function isWith(stanza: string, device: Jid): boolean {
  const tag = stanza.slice(0, stanza.indexOf('>'))
  const written = escapeAttribute(device.full)
  return tag.indexOf(` from='${written}'`) > 0 || tag.indexOf(` to='${written}'`) > 0
}

/** Leaves out what is too much at the far end; the client asks for it with the next page. */
function cut(page: ArchivePage, isBackward: boolean): ArchivePage {
  const { messages } = page
  const order = isBackward ? messages.toReversed() : messages
  let characters = 0
  const fitting = order.findIndex(({ stanza }, at) => (characters += stanza.length) > MOST_CHARACTERS && at > 0)
  if (fitting < 0) return page
  return { ...page, messages: isBackward ? messages.slice(messages.length - fitting) : messages.slice(0, fitting), complete: false }
}

export interface Reader {
  readonly account: Account
  readonly device: Device
  readonly queryId: string | undefined
}

/** The stored text goes out as it is: nobody takes it apart. */
export function resultOf({ id, stanza }: ArchivedMessage, { account, device, queryId }: Reader): Stanza {
  const asked = queryId === undefined ? '' : ` queryid='${escapeAttribute(queryId)}'`
  const payload = `<result xmlns='${MAM}'${asked} id='${id}'>${forwardedXml(stanza, timeOf(id))}</result>`
  return Stanza.read('message', { from: account, to: device }, payload, [{ ns: MAM, name: 'result', start: 0, end: payload.length }])
}

export function finOf({ messages, complete, count }: ArchivePage): Value<typeof Fin> {
  const first = messages[0]
  const last = messages.at(-1)
  return {
    complete: complete ? 'true' : undefined,
    page: {
      ...WHOLE_SET,
      first: first && { id: String(first.id), index: undefined },
      last: last && String(last.id),
      count,
    },
  }
}
