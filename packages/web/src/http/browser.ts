/** What a request says of the browser that sent it: where it was sent from, and which session it has. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Session, Sessions } from '../sessions.ts'
import { cookieIn } from './cookies.ts'

export const SESSION_COOKIE = '__Host-plodge'

export const sessionOf = (headers: IncomingHttpHeaders, sessions: Sessions): Session | undefined => {
  const word = cookieIn(headers.cookie, SESSION_COOKIE)
  return word === undefined ? undefined : sessions.find(word)
}

/** For what changes something: a page of ours asked, and the browser says so. No page of another site can make it say that. */
export const isFromOurPage = ({ origin }: IncomingHttpHeaders, ourOrigin: string): boolean => origin === ourOrigin

/** For what only tells: no page of another site asked, as far as the browser tells. */
export const isFromElsewhere = (headers: IncomingHttpHeaders): boolean =>
  !['same-origin', 'none', undefined].includes(headers['sec-fetch-site'])
