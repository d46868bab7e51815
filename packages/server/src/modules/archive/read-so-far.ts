/** What a session has read of its account's history: it need not be sent that late (XEP-0313 §6.1.1, XEP-0386 §4.2). */
import type { HistoryRead } from '../../routing/session.ts'
import type { ArchivePage, ArchivePageQuery } from '../../storage/repositories.ts'

/** Reads by itself all that it missed. */
export const ALL_HISTORY: HistoryRead = { from: 0, to: Infinity }

/** With one more page; a page of some conversation or of a search is no reading up. */
export function readSoFar(before: HistoryRead | undefined, query: ArchivePageQuery, page: ArchivePage): HistoryRead | undefined {
  const { peer, phrases, ids, end, beforeId } = query
  if (peer !== undefined || phrases || ids || end !== undefined || beforeId !== undefined) return before
  const now = query.before === undefined ? forward(query, page) : backward(query, page)
  if (!now || !before || now.from > before.to || before.from > now.to) return now ?? before
  return { from: Math.min(before.from, now.from), to: Math.max(before.to, now.to) }
}

/** Whoever asks for what came after a message has what came before it. Until the end is reached more pages follow. */
function forward({ start, after, afterId }: ArchivePageQuery, { messages, complete }: ArchivePage): HistoryRead | undefined {
  if (!complete) return undefined
  const from = start === undefined || after !== undefined || afterId !== undefined ? 0 : start * 1000
  return { from, to: messages.at(-1)?.id ?? after ?? afterId ?? 0 }
}

function backward({ before }: ArchivePageQuery, { messages }: ArchivePage): HistoryRead | undefined {
  const [first] = messages
  const last = messages.at(-1)
  return first && last && { from: first.id, to: typeof before === 'number' ? before : last.id }
}
