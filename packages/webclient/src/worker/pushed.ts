/**
 * What a push says, as a notice: of whom, where it leads, and under which tag, by which it is closed again. Pushes tell as little as the operator wants.
 * Part of the worker, which is one file: it shares nothing with the page.
 */
/** Of what nobody knows the conversation. */
export const ANY = 'messages'
/** What turns letters round or is not seen, but for the joiners of emoji. */
const UNSEEN = /(?!\u200c|\u200d)[\p{Cc}\p{Cf}]/gu
const MOST_TEXT = 200

export interface NoticeWords {
  readonly wokenTitle?: string
  readonly wokenText?: string
}

export interface Notice {
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly path: string
}

export function noticeOf(push: string, { wokenTitle = 'Chat', wokenText = '' }: NoticeWords): Notice {
  const { from, text } = contentOf(push)
  const body = shown(text ?? '') || wokenText
  if (from === undefined || !from.includes('@')) return { title: wokenTitle, body, tag: ANY, path: '/' }
  const [tag = '', ...rest] = from.split('/')
  const nick = rest.length === 0 ? undefined : rest.join('/')
  const name = tag.split('@')[0] ?? ''
  // Somebody in a room is told of with their name there; a person by their address alone.
  const title = shown(nick === undefined ? name : `${nick} · ${name}`)
  return { title, body, tag, path: `/${nick === undefined ? 'p' : 'r'}/${encodeURIComponent(tag)}` }
}

/** In one line. */
function shown(text: string): string {
  const points = Array.from(text.toWellFormed().replace(/\s+/g, ' ').replace(UNSEEN, '').trim())
  return points.length > MOST_TEXT ? `${points.slice(0, MOST_TEXT - 1).join('')}…` : points.join('')
}

function contentOf(push: string): { readonly from?: string; readonly text?: string } {
  try {
    const { from, text } = JSON.parse(push) as Record<string, unknown>
    return { ...(typeof from === 'string' && { from }), ...(typeof text === 'string' && { text }) }
  } catch {
    return {}
  }
}
