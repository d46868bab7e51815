/** BOSH at /http-bind: finds the session that a request belongs to, or begins one. */
import { randomBytes } from 'node:crypto'
import type { ReaderLimits } from '@plodge/xmpp/xml/raw.ts'
import { type HttpCall, type HttpGuest, type HttpRoute, readBody, refuse } from '../http-route.ts'
import { type BindingCondition, type Body, readBodyElement, terminate } from './body.ts'
import { BoshConnection } from './connection.ts'
import { CORS, reply } from './requests.ts'
import { termsOf } from './terms.ts'

export const BOSH_PATH = '/http-bind'
const READ_MS = 30_000
/** Over what a request may be held. */
const ANSWER_MS = 20_000
const PLAIN_TYPE = 'text/xml; charset=utf-8'
/** Bodies up to here are always read; all larger ones together may take that much memory at a time. */
const SMALL_BYTES = 65_536
const LARGE_BYTES_TOGETHER = 33_554_432

export interface BoshRouteOptions {
  readonly domain: string
  /** Of one body; the stanzas in it have limits of their own. */
  readonly limits: () => ReaderLimits
  /** Gives it a stream; false when nobody is let in now. `known` is to be called when it has logged in, and `gone` tells that it is over. */
  readonly welcome: (connection: BoshConnection, known: () => void) => (() => void) | false
}

interface Session {
  readonly connection: BoshConnection
  isKnown: boolean
}

export function boshRoute({ domain, limits, welcome }: BoshRouteOptions): HttpRoute {
  const sessions = new Map<string, Session>()
  let large = 0

  const begin = (body: Body, call: HttpCall): void => {
    const { to } = body.attributes
    if (to === undefined || to === '') return fail(call, 'improper-addressing')
    if (to.toLowerCase() !== domain) return fail(call, 'host-unknown')
    const sid = randomBytes(24).toString('base64url')
    const terms = termsOf(body)
    let gone: () => void = () => {}
    const over = (): void => {
      sessions.delete(sid)
      gone()
    }
    const connection = new BoshConnection({ sid, domain, terms, guest: call.guest, over })
    const session: Session = { connection, isKnown: false }
    const welcomed = welcome(connection, () => {
      session.isKnown = true
    })
    if (!welcomed) return fail(call, 'policy-violation')
    gone = welcomed
    sessions.set(sid, session)
    call.guest.allow(terms.wait * 1000 + ANSWER_MS)
    connection.begin(body, call.response)
  }

  const serve = (body: Body, call: HttpCall): void => {
    const { sid } = body.attributes
    if (body.rid === undefined) return fail(call, 'bad-request')
    if (sid === undefined) return begin(body, call)
    const session = sessions.get(sid)
    if (!session) return fail(call, 'item-not-found')
    if (session.isKnown) call.guest.known()
    call.guest.allow(60_000 + ANSWER_MS)
    session.connection.take(body, body.rid, call.response)
  }

  return {
    path: BOSH_PATH,
    methods: ['POST', 'OPTIONS', 'GET'],
    deadlineMs: READ_MS,
    mostBytes: () => limits().bytes,
    async handle(call) {
      const { request, response, guest } = call
      if (request.method === 'OPTIONS') return void response.writeHead(204, CORS).end()
      if (request.method === 'GET')
        return refuse(call, 200, 'This is where chat clients connect (BOSH, XEP-0124); there is nothing to see.')
      const charset = /charset\s*=\s*"?([\w-]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
      if (charset !== undefined && charset.toLowerCase() !== 'utf-8') return fail(call, 'bad-request')
      // Without a length it may become as large as it may.
      const length = Number(request.headers['content-length'] ?? limits().bytes)
      const weight = length > SMALL_BYTES ? length : 0
      if (weight > 0 && large + weight > LARGE_BYTES_TOGETHER)
        return refuse(call, 503, 'The server is busy; try again.', { ...CORS, 'Retry-After': '5' })
      large += weight
      try {
        const bytes = await readBody(call, limits().bytes)
        const body = bytes && readBodyElement(bytes, limits())
        if (body) return serve(body, call)
        if (bytes) return fail(call, 'bad-request')
      } catch (error) {
        // The client went away, or is not heard any more: there is nobody to tell.
        if (request.destroyed || !request.complete) return cut(guest)
        throw error
      } finally {
        large -= weight
      }
    },
  }
}

const fail = ({ response }: HttpCall, condition: BindingCondition): void => reply(response, PLAIN_TYPE, terminate(condition))
const cut = (guest: HttpGuest): void => guest.allow(0)
