/** XEP-0198 §5: a client comes back to its session. What we say we have handled is done, and on disk. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Localpart } from '../storage/repositories.ts'
import type { BoundSession } from './bound-session.ts'
import type { Stream, StreamContext } from './stream.ts'
import type { Line } from './line.ts'
import { type Management, SM, tooHigh } from './management.ts'
import { loseSession } from './session-end.ts'

export interface ResumeRequest {
  readonly id: string
  /** Undefined when it was no count. */
  readonly h: number | undefined
}

/** A session that a client may have back. */
export interface Resumable {
  readonly session: BoundSession
  readonly management: Management
  /** `<resumed/>`. */
  readonly xml: string
}

/** Settles when all that the client said before is done and on disk; nothing more is read from the line that it said it on. */
export function settleSession({ id }: ResumeRequest, localpart: Localpart, context: StreamContext): Now<unknown> {
  const account = accountOf(localpart, context)
  const session = context.resumables.find(id, account)
  if (session?.line) cutOff(session, session.line, context)
  return andThen(settled(session ? session.work : context.resumables.ended(id, account)?.work), () => settled(context.archive.committed()))
}

/** After `settleSession`. Gives `<failed/>` when there is no such session any more; throws StreamError when the count is impossible. */
export function findSession({ id, h }: ResumeRequest, localpart: Localpart, context: StreamContext): Resumable | string {
  const account = accountOf(localpart, context)
  const session = context.resumables.find(id, account)
  const { management } = session ?? {}
  if (!session || !management || h === undefined) {
    const received = management?.received ?? context.resumables.ended(id, account)?.received
    const handled = received === undefined ? '' : ` h='${received}'`
    return `<failed xmlns='${SM}'${handled}><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`
  }
  if (!management.acknowledge(h)) throw tooHigh(h, management)
  return { session, management, xml: `<resumed xmlns='${SM}' previd='${id}' h='${management.received}'/>` }
}

/** `say` tells the client, before it gets what it missed. */
export function comeBack({ session }: Resumable, stream: Stream, say: () => void): void {
  const { context } = stream
  // Another connection may have come back to it a moment ago.
  if (session.line) cutOff(session, session.line, context)
  session.attach(stream, stream.known?.address)
  context.resumables.back(session)
  session.client = stream.known?.client
  session.appPassword = stream.known?.appPassword
  stream.session = session
  stream.known = undefined
  say()
  context.host.background(session.replay(context.host.recall), 'giving a client what it missed')
  for (const handler of context.host.life.resumed) handler(session)
}

const accountOf = (localpart: Localpart, { host }: StreamContext): string => Jid.of(localpart, host.domain.domain)?.bare ?? ''

/** A line that still looks alive is a dead one. Nothing more is read from it. */
function cutOff(session: BoundSession, line: Line, context: StreamContext): void {
  loseSession(session, context)
  line.fail('conflict', 'The session was resumed on another connection')
}

/** A commit that failed has told the senders of what it held, and so has a stanza that failed. */
function settled(work: Promise<unknown> | undefined): Now<unknown> {
  return work?.catch(() => {})
}
