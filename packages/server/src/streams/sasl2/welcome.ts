/**
 * After the proof: the client is known, and what it asked for with it happens in this order: a token (XEP-0484), its session again (XEP-0198)
 * or a new one (XEP-0386). One answer tells of all of it.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { BIND2 } from '@plodge/xmpp/xeps/bind2.ts'
import { CSI } from '@plodge/xmpp/xeps/client-state.ts'
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Token } from '@plodge/xmpp/xeps/fast.ts'
import { SASL2 } from '@plodge/xmpp/xeps/sasl2.ts'
import { escape } from '@plodge/xmpp/xml/escape.ts'
import type { SaslStep } from '../authenticator.ts'
import { addressFor, bindSession } from '../binding.ts'
import type { BoundSession } from '../bound-session.ts'
import type { Known, Stream } from '../stream.ts'
import { enable } from '../enabling.ts'
import { SM } from '../management.ts'
import { authenticated } from '../phases/authenticated.ts'
import { bound } from '../phases/bound.ts'
import { endSession } from '../session-end.ts'
import { comeBack, findSession, settleSession } from '../resuming.ts'
import { HeldLine } from './held-line.ts'
import { tokenMechanisms } from './offer.ts'
import type { BindRequest, LoginRequest } from './request.ts'

type Proven = Extract<SaslStep, { readonly kind: 'success' }>

/** Throws a SaslError when the person may not come in after all. */
export async function welcome(proven: Proven, request: LoginRequest, stream: Stream): Promise<void> {
  const { context } = stream
  const { localpart } = proven
  const { userAgent } = request
  const client = context.clients.saw({
    ...proven,
    address: stream.address,
    userAgentId: userAgent?.id,
    software: userAgent?.software,
    device: userAgent?.device,
  })
  const { appPassword } = proven
  const known: Known = { localpart, client, appPassword }
  stream.known = known
  const token = await tokenFor(proven, request, client, stream)
  if (request.resume) await settleSession(request.resume, localpart, context)
  // Asked last, and at once acted on: who is locked meanwhile has no session yet that could be ended.
  const isAdmitted = await context.admit(localpart, appPassword)
  if (stream.isClosed) return undefined
  if (!isAdmitted) throw new SaslError('account-disabled', 'This account is locked; ask the service desk')
  const found = request.resume && findSession(request.resume, localpart, context)
  const before = proven.data ? `<additional-data>${proven.data.toString('base64')}</additional-data>` : ''
  const success = (address: string, rest: string): void =>
    stream.write(
      `<success xmlns='${SASL2}'>${before}<authorization-identifier>${escape(address)}</authorization-identifier>${rest}${token}</success>`,
    )
  if (found && typeof found !== 'string') {
    stream.proceed(bound)
    // XEP-0198 §9.2: no features follow.
    return comeBack(found, stream, () => success(found.session.jid.full, found.xml))
  }
  if (request.bind) return bind(request.bind, known, userAgent?.id, stream, (jid, xml) => success(jid, (found ?? '') + xml))
  stream.proceed(authenticated(known))
  success(`${localpart}@${context.host.domain.full}`, found ?? '')
  return stream.sendFeatures()
}

/** XEP-0484 §3.3, §3.5. Whoever has a certificate has no need of a token, which would outlive it. */
async function tokenFor(proven: Proven, { requestToken, fast, mechanism, userAgent }: LoginRequest, client: string, stream: Stream) {
  const { tokens } = stream.context
  const wanted = requestToken ?? (proven.isTokenDue && !fast?.isLast ? mechanism : undefined)
  const { way } = proven
  if (way === 'certificate' || way === 'web') return ''
  if (wanted === undefined || userAgent?.id === undefined || !tokens.isOn || !tokenMechanisms(stream.connection).includes(wanted)) return ''
  const { token, expiry } = await tokens.issue({ localpart: proven.localpart, client, mechanism: wanted, appPassword: proven.appPassword })
  return Token.write({ token, expiry: writeDateTime(expiry) }).toString()
}

/** XEP-0386 §4.2. */
async function bind(
  request: BindRequest,
  known: Known,
  userAgentId: string | undefined,
  stream: Stream,
  say: (jid: string, xml: string) => void,
): Promise<void> {
  const { context } = stream
  const { host } = context
  const held = new HeldLine(stream)
  let session: BoundSession
  try {
    session = bindSession(addressOf(request, known, userAgentId, stream), known, stream, held)
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
    // The protocol has no words for a failed binding: to the client the log-in failed, and may work later.
    throw new SaslError('temporary-auth-failure', error.text)
  }
  stream.proceed(bound)
  endEarlier(session, userAgentId)
  const xml = await featuresFor(session, request, stream).catch((error: unknown) => {
    endSession(session, context)
    throw error
  })
  // Of a session whose line is not in its place yet, the end of the stream knows nothing.
  if (stream.isClosed) return endSession(session, context)
  say(session.jid.full, `<bound xmlns='${BIND2}'>${xml}</bound>`)
  stream.sendFeatures()
  session.line = stream
  held.release()
  for (const handler of host.life.bound) handler(session)

  /** “The server SHOULD terminate any earlier sessions from the same client.” */
  function endEarlier(session: BoundSession, id: string | undefined): void {
    if (id === undefined) return
    for (const other of host.sessions.of(session.account)) {
      if (other !== session && other.client === known.client) other.end('conflict', 'The same device connected anew')
    }
  }
}

/** The same for the same client each time, and nobody can tell from it which others are the same. */
function addressOf({ tag }: BindRequest, known: Known, userAgentId: string | undefined, { context }: Stream) {
  const name = (tag ?? '').trim().slice(0, 64)
  const own = context.clients.resourceOf(known.localpart, userAgentId, name)
  const { domain } = context.host.domain
  if (name === '') return addressFor(known, own, domain)
  try {
    return addressFor(known, `${name}/${own}`, domain)
  } catch (error) {
    if (error instanceof StanzaError) return addressFor(known, own, domain)
    throw error
  }
}

async function featuresFor(session: BoundSession, { features }: BindRequest, { context }: Stream): Promise<string> {
  const { host } = context
  let xml = ''
  for (const part of host.inline) {
    const asked = features.find(({ ns }) => ns === part.feature)
    if (part.feature === undefined || asked) xml += await part.bound(session, asked)
  }
  const managed = features.find(({ ns, name }) => ns === SM && name === 'enable')
  if (managed) xml += enable(managed.attributes['resume'], session, context)
  if (features.some(({ ns }) => ns === CSI)) session.isMobile = true
  if (features.some(({ ns, name }) => ns === CSI && name === 'inactive')) session.rest(host.clock(), context.limits().inactiveStanzas)
  return xml
}
