/** The word of a browser that was sent to the sign-on: what comes back is for the browser that has it. */
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { clearCookie, cookieIn, setCookie } from '../http/cookies.ts'
import type { OwnWords, SignOn } from './sign-on.ts'

const COOKIE = '__Host-plodge-sign-on'
const SECONDS = 1800

export const begunWord = (headers: IncomingHttpHeaders): string | undefined => cookieIn(headers.cookie, COOKIE)

/** Somebody may begin in two windows. */
export const wordFor = (headers: IncomingHttpHeaders): string => begunWord(headers) ?? randomBytes(32).toString('base64url')

export const keepWord = (word: string, signOn: SignOn): string => setCookie(COOKIE, word, sameSite(signOn), SECONDS)
export const forgetWord = (signOn: SignOn): string => clearCookie(COOKIE, sameSite(signOn))

/** A browser brings `Lax` along when it is sent here, but not with a form of another site. */
const sameSite = ({ answersBy }: SignOn): 'Lax' | 'None' => (answersBy === 'GET' ? 'Lax' : 'None')

/** The word itself never leaves the browser but for us. */
export const ownWordsOf =
  (word: string): OwnWords =>
  purpose =>
    createHash('sha256').update(`${purpose} ${word}`).digest('base64url')
