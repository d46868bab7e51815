/**
 * Signing in and out over HTTP. Whoever begins gets a word in a cookie; the sign-on's answer is believed only with that word's hash in it, so
 * that nobody is signed in by another's answer. A failure is shown, and never tried again by itself: it would go round for ever.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { SESSION_COOKIE, isFromElsewhere, sessionOf } from '../http/browser.ts'
import type { Asked } from '../http/server.ts'
import { setCookie } from '../http/cookies.ts'
import { pageStyle } from '../http/page-style.ts'
import { type Reply, STYLE_PATH, plain, seeOther, words } from '../http/reply.ts'
import { WEBSOCKET_PATH } from '../relay/path.ts'
import type { Sessions } from '../sessions.ts'
import type { Log } from '../settings.ts'
import { type Addresses, localpartOf } from './person.ts'
import { PASSWORD_PATH, PasswordDoor, type PasswordNeeds } from './password/door.ts'
import { begunWord, forgetWord, keepWord, ownWordsOf, wordFor } from './begun.ts'
import type { SignOn } from './sign-on.ts'
import { LOGOUT_PATH, broughtLogout, endedBehind, signOut } from './sign-out.ts'

export const ANSWER_PATH = '/sign-on/answer'
const BEGIN_PATH = '/sign-on'
const BACK_CHANNEL_PATH = '/sign-on/back-channel'
const METADATA_PATH = '/sign-on/metadata'
const SIGN_OUT_PATH = '/sign-out'
/** A SAML response with its signatures and attributes. */
const MOST_ANSWER = 131_072
const MOST_FORM = 8192

export interface DoorNeeds {
  readonly origin: string
  readonly addresses: Addresses
  /** It changes when its keys are read again. */
  readonly signOn: () => SignOn
  readonly sessions: Sessions
  /** How long its word is taken for, before a browser is sent there again. */
  readonly askAgainMs: number
  /** Undefined where passwords are not asked for, as is usual. */
  readonly checkPassword: PasswordNeeds['check'] | undefined
  /** The origin of files that people send, where pages may show them from. */
  readonly uploads: string | undefined
  /** Where previews of links are to be had. */
  readonly previews: () => string | undefined
  readonly log: Log
  readonly clock: () => number
}

const HOME = { href: '/', text: 'Back' }
const AGAIN = { href: BEGIN_PATH, text: 'Sign in' }

export class Door {
  readonly #needs: DoorNeeds

  readonly #passwords: PasswordDoor | undefined

  constructor(needs: DoorNeeds) {
    this.#needs = needs
    const { checkPassword: check } = needs
    this.#passwords = check && new PasswordDoor({ ...needs, check, welcome: localpart => this.#welcome(localpart, []) })
  }

  /** Undefined for what is none of its business. */
  answer(asked: Asked): Reply | undefined | Promise<Reply> {
    const { method, path, query, body, headers } = asked
    switch (`${method} ${path}`) {
      case `GET ${BEGIN_PATH}`:
        return this.#begin(headers)
      case `${this.#needs.signOn().answersBy} ${ANSWER_PATH}`:
        return this.#answered(new URLSearchParams(method === 'GET' ? query : body), headers)
      case `GET ${METADATA_PATH}`:
        return metadataOf(this.#needs.signOn())
      case `GET ${PASSWORD_PATH}`:
        return this.#passwords?.page(asked)
      case `GET ${STYLE_PATH}`:
        return pageStyle()
      case `POST ${PASSWORD_PATH}`:
        return this.#passwords?.said(asked)
      case `POST ${BACK_CHANNEL_PATH}`:
        return endedBehind(new URLSearchParams(body), this.#needs)
      case `GET ${LOGOUT_PATH}`:
      case `POST ${LOGOUT_PATH}`:
        return broughtLogout(asked, this.#needs)
      case 'GET /session':
        return this.#whoIsThis(headers)
      case `POST ${SIGN_OUT_PATH}`:
        return signOut(headers, this.#needs)
      default:
        return undefined
    }
  }

  mostBody = (path: string): number => (path === ANSWER_PATH || path === LOGOUT_PATH ? MOST_ANSWER : MOST_FORM)

  async #begin(headers: IncomingHttpHeaders): Promise<Reply> {
    const { signOn, log } = this.#needs
    const way = signOn()
    const word = wordFor(headers)
    try {
      return seeOther(await way.begin(ownWordsOf(word)), [keepWord(word, way)])
    } catch (error) {
      log.error({ err: error }, 'the sign-on cannot be asked')
      return words(502, 'Nobody can sign in just now', `We cannot reach ${way.title}. Please try again in a few minutes.`, [AGAIN, HOME])
    }
  }

  async #answered(said: URLSearchParams, headers: IncomingHttpHeaders): Promise<Reply> {
    const { addresses, askAgainMs, log } = this.#needs
    const signOn = this.#needs.signOn()
    const word = begunWord(headers)
    if (word === undefined) {
      const text = 'Your browser did not keep what it was given when you began. Allow cookies for this site, or begin here.'
      return words(400, 'You are not signed in', text, [AGAIN])
    }
    const outcome = await signOn.answer(said, ownWordsOf(word))
    const over = [forgetWord(signOn)]
    switch (outcome.kind) {
      case 'cancelled':
        return words(200, 'You are not signed in', 'You cancelled it.', [AGAIN, HOME], over)
      case 'failed':
        log.info({ status: outcome.why }, 'the sign-on could not sign somebody in')
        return words(502, 'You are not signed in', `This is what ${signOn.title} says: ${outcome.why}.`, [AGAIN, HOME], over)
      case 'refused':
        // The word stays: a true answer may still be on its way.
        log.warn({ why: outcome.why }, 'an answer of the sign-on was not believed')
        return words(403, 'You are not signed in', `The answer of ${signOn.title} cannot be used: it is ${outcome.why}.`, [AGAIN, HOME])
      case 'person': {
        const localpart = localpartOf(outcome.principal, addresses)
        if (localpart === undefined) {
          log.warn({}, 'the sign-on signed in somebody whose name is no address here')
          return words(403, 'There is no place for you here', `Your name is no address at ${addresses.domain}.`, [HOME], over)
        }
        return this.#welcome(localpart, over, Math.min(outcome.lifeMs, askAgainMs), outcome.handles)
      }
    }
  }

  #welcome(localpart: string, over: readonly string[], lifeMs?: number, handles?: readonly string[]): Reply {
    const { sessions, log } = this.#needs
    const opened = sessions.open(localpart, lifeMs, handles)
    if (opened === undefined) return words(503, 'Too many people', 'Please try again in a few minutes.', [AGAIN], over)
    log.info({ localpart }, 'signed in')
    return seeOther('/', [...over, setCookie(SESSION_COOKIE, opened, 'Strict')])
  }

  #whoIsThis(headers: IncomingHttpHeaders): Reply {
    const { sessions, addresses } = this.#needs
    if (isFromElsewhere(headers)) return plain(403, 'This is for pages of this site.')
    const session = sessionOf(headers, sessions)
    const said = session ? { address: `${session.localpart}@${addresses.domain}`, until: session.until } : { address: null }
    const ways = {
      domain: addresses.domain,
      relay: WEBSOCKET_PATH,
      signIn: BEGIN_PATH,
      signOut: SIGN_OUT_PATH,
      uploads: this.#needs.uploads ?? null,
      previews: this.#needs.previews() ?? null,
      ...(this.#passwords && { signInByPassword: PASSWORD_PATH }),
    }
    return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ ...said, ...ways }) }
  }
}

function metadataOf(signOn: SignOn): Reply | undefined {
  const body = signOn.metadata?.()
  return body === undefined ? undefined : { status: 200, headers: { 'Content-Type': 'application/samlmetadata+xml' }, body }
}
