/**
 * A sign-on server for trying things out and for tests: the answering side of Ucam-WebAuth, as Raven is, with people whose password is no
 * secret. It remembers who signed in by a cookie, so that the next site need not ask.
 */
import { randomBytes } from 'node:crypto'
import { type Answer, type SigningKey, stamp, writeAnswer } from './answer.ts'
import { formPage, wordsPage } from './pages.ts'
import { type Question, readQuestion } from './question.ts'

export interface WlsPerson {
  readonly principal: string
  /** Those who have left can still sign in, and are marked by the lack of a tag. */
  readonly isCurrent: boolean
}

export interface WlsOptions {
  readonly people: readonly WlsPerson[]
  readonly password: string
  readonly signer: SigningKey
  readonly clock: () => number
}

export interface WlsCall {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly cookie: string
  readonly body: string
}

export interface WlsReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const COOKIE = 'Sample-WLS-Session'
const LIFE_SECONDS = 36_000
const MOST_SESSIONS = 10_000

export class Wls {
  readonly #options: WlsOptions
  /** Who signed in here, by cookie, until when. */
  readonly #sessions = new Map<string, { readonly person: WlsPerson; readonly until: number }>()
  #count = 0

  constructor(options: WlsOptions) {
    this.#options = options
  }

  handle({ method, path, cookie, body }: WlsCall): WlsReply {
    const { pathname, search } = new URL(path, 'https://sign-on.invalid')
    const id = new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(cookie)?.[1] ?? ''
    if (pathname === '/auth/logout.html') {
      this.#sessions.delete(id)
      return shown(200, wordsPage('Signed out', 'You are signed out.'))
    }
    if (pathname !== '/auth/authenticate.html') return shown(404, wordsPage('Nothing here', 'There is nothing at this address.'))
    const reading = readQuestion(search.slice(1))
    if (reading.kind === 'wrong') return this.#wrong(reading.status, reading.back)
    return method === 'POST' ? this.#said(reading.question, new URLSearchParams(body)) : this.#asked(reading.question, id)
  }

  #asked(question: Question, id: string): WlsReply {
    const { aauth, iact } = question
    if (aauth.length > 0 && !aauth.includes('pwd')) return this.#fails(question, '510')
    const session = this.#sessions.get(id)
    if (session && session.until > this.#options.clock() && iact !== 'yes')
      return this.#succeeds(question, session.person, { auth: '', sso: 'pwd' }, session.until)
    if (iact === 'no') return this.#fails(question, '540')
    return this.#form(question, '')
  }

  #said(question: Question, form: URLSearchParams): WlsReply {
    const { people, password, clock } = this.#options
    // As Raven does: in version 1, whatever was asked in.
    if (form.get('do') === 'cancel') return this.#fails({ ...question, ver: '1' }, '410')
    const person = people.find(({ principal }) => principal === form.get('principal'))
    if (!person || form.get('password') !== password) return this.#form(question, 'There is nobody by that name and password.')
    const until = clock() + LIFE_SECONDS * 1000
    const id = randomBytes(16).toString('base64url')
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.clear()
    this.#sessions.set(id, { person, until })
    const reply = this.#succeeds(question, person, { auth: 'pwd', sso: '' }, until)
    return { ...reply, headers: { ...reply.headers, 'Set-Cookie': `${COOKIE}=${id}; Path=/auth/; HttpOnly; Secure; SameSite=Lax` } }
  }

  #form(question: Question, wrong: string): WlsReply {
    const names = this.#options.people.map(({ principal }) => principal)
    return shown(200, formPage(question, names, wrong))
  }

  #succeeds(
    question: Question,
    { principal, isCurrent }: WlsPerson,
    how: { readonly auth: string; readonly sso: string },
    until: number,
  ): WlsReply {
    // Older versions cannot say that somebody has left.
    if (!isCurrent && question.ver !== '3') return this.#fails(question, '570')
    const life = String(Math.floor((until - this.#options.clock()) / 1000))
    return this.#goBack(question, { status: '200', principal, ptags: isCurrent ? 'current' : '', life, ...how }, this.#options.signer)
  }

  #fails(question: Question, status: string): WlsReply {
    if (!question.mayGoBack) return shown(200, wordsPage('You are not signed in', `The sign-on server says ${status}.`))
    return this.#goBack(question, { status, principal: '', ptags: '', life: '', auth: '', sso: '' }, undefined)
  }

  #wrong(status: '520' | '530', back: URL | undefined): WlsReply {
    if (!back) return shown(400, wordsPage('This cannot be answered', `The question is not one of the protocol (${status}).`))
    return this.#fails({ ver: '1', url: back, desc: '', msg: '', aauth: [], iact: '', params: '', mayGoBack: true }, status)
  }

  #goBack(
    { ver, url, params }: Question,
    said: Omit<Answer, 'ver' | 'msg' | 'issue' | 'id' | 'url' | 'params'>,
    signer: SigningKey | undefined,
  ): WlsReply {
    const now = this.#options.clock()
    // Version 1 knows addresses without a query only.
    const back = ver === '1' ? `${url.origin}${url.pathname}` : url.href
    const id = `${Math.floor(now / 1000)}-${process.pid}-${++this.#count}`
    const answer = writeAnswer({ ver, msg: '', issue: stamp(now), id, url: back, params, ...said }, signer)
    const join = back.includes('?') ? '&' : '?'
    return { status: 303, headers: { Location: `${back}${join}WLS-Response=${encodeURIComponent(answer)}` }, body: '' }
  }
}

const shown = (status: number, body: string): WlsReply => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  body,
})
