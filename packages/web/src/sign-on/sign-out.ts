/** Signing out over HTTP: by a page of ours, or because the sign-on says so, behind people's backs or through their browser. */
import type { IncomingHttpHeaders } from 'node:http'
import { SESSION_COOKIE, isFromOurPage, sessionOf } from '../http/browser.ts'
import { clearCookie } from '../http/cookies.ts'
import { type PageLink, type Reply, plain, seeOther, words } from '../http/reply.ts'
import type { Asked } from '../http/server.ts'
import type { Session, Sessions } from '../sessions.ts'
import type { Log } from '../settings.ts'
import { forgetWord, keepWord, ownWordsOf, wordFor } from './begun.ts'
import type { LogoutOutcome, SignOn } from './sign-on.ts'

export const LOGOUT_PATH = '/sign-on/logout'

export interface SignOutNeeds {
  readonly origin: string
  readonly signOn: () => SignOn
  readonly sessions: Sessions
  readonly log: Log
}

const AGAIN = { href: '/sign-on', text: 'Sign in' }
const ADVICE = 'On a machine that others use, sign out of everything, and close the browser.'

/** The session is over before anything is asked of the sign-on, which may answer or not. */
export async function signOut(headers: IncomingHttpHeaders, { sessions, origin, signOn: now, log }: SignOutNeeds): Promise<Reply> {
  const signOn = now()
  if (!isFromOurPage(headers, origin)) return plain(403, 'Signing out is asked for by a page of this site.')
  const session = sessionOf(headers, sessions)
  if (session) {
    sessions.close(session)
    log.info({ localpart: session.localpart }, 'signed out')
  }
  const word = wordFor(headers)
  const over = clearCookie(SESSION_COOKIE, 'Strict')
  const url = session && (await urlToLeave(signOn, session, word, log))
  if (url === undefined) return words(200, 'You are signed out', ADVICE, [...waysOut(signOn), AGAIN], [over])
  const ways = [{ href: url, text: `Sign out of ${signOn.title} too` }, AGAIN]
  const page = words(200, 'You are signed out here', `And in a moment of ${signOn.title}. ${ADVICE}`, ways, [over, keepWord(word, signOn)])
  // A form of ours may not lead to another site, as our policy has it, a page may.
  return { ...page, headers: { ...page.headers, Refresh: `0; url=${url}` } }
}

const waysOut = ({ logoutUrl, title }: SignOn): readonly PageLink[] =>
  logoutUrl === undefined ? [] : [{ href: logoutUrl, text: `Sign out of ${title} too` }]

async function urlToLeave(signOn: SignOn, { handles }: Session, word: string, log: Log): Promise<string | undefined> {
  try {
    return await signOn.signOutUrl?.(handles, ownWordsOf(word))
  } catch (error) {
    log.error({ err: error }, 'the sign-on cannot be told that somebody signed out')
    return undefined
  }
}

/** The sign-on itself says that somebody is out (OpenID Connect Back-Channel Logout 1.0 §2.8). */
export async function endedBehind(said: URLSearchParams, { sessions, signOn, log }: SignOutNeeds): Promise<Reply> {
  const handle = await signOn().ends?.(said)
  if (handle === undefined) return plain(400, 'That is not to be believed.')
  log.info({ sessions: sessions.endAllOf(handle) }, 'the sign-on ended sessions')
  return plain(200, 'They are out.')
}

/** Undefined where the sign-on has no such messages. */
export function broughtLogout(asked: Asked, needs: SignOutNeeds): Promise<Reply> | undefined {
  const signOn = needs.signOn()
  const taken = signOn.takeLogout?.(asked, ownWordsOf(wordFor(asked.headers)))
  return taken?.then(outcome => replyTo(outcome, signOn, needs))
}

function replyTo(outcome: LogoutOutcome, signOn: SignOn, { sessions, log }: SignOutNeeds): Reply {
  switch (outcome.kind) {
    case 'ends': {
      const ended = outcome.handles.reduce((count, handle) => count + sessions.endAllOf(handle), 0)
      log.info({ sessions: ended }, 'the sign-on ended sessions')
      return seeOther(outcome.back, [])
    }
    case 'answered': {
      const over = [forgetWord(signOn)]
      if (outcome.isOut) return words(200, 'You are signed out', `Here, and of ${signOn.title}. ${ADVICE}`, [AGAIN], over)
      log.warn({}, 'the sign-on did not sign somebody out')
      const text = `But ${signOn.title} says that you are not signed out of everything else. ${ADVICE}`
      return words(200, 'You are signed out here', text, [...waysOut(signOn), AGAIN], over)
    }
    case 'refused':
      log.warn({ why: outcome.why }, 'what was said to be the sign-on’s word of somebody’s signing out was not believed')
      return words(403, 'Nobody was signed out', `What ${signOn.title} is said to say cannot be used: it is ${outcome.why}.`, [AGAIN])
  }
}
