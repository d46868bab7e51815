/** From a known client to a session (RFC 6120 §7): which address it gets, and who has to leave for it. */
import { randomUUID } from 'node:crypto'
import { type Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { BoundSession } from './bound-session.ts'
import type { Line } from './line.ts'
import { endSession } from './session-end.ts'
import type { Known, Stream, StreamContext } from './stream.ts'

/** Throws StanzaError when no resource can be called that. */
export function addressFor({ localpart }: Known, resource: string | undefined, domain: string): Device {
  const wanted = resource === undefined || resource === '' ? `plodge-${randomUUID().slice(0, 8)}` : resource
  const jid = Jid.of(localpart, domain, wanted)
  if (!jid) throw new StanzaError('bad-request', 'A resource cannot have that name')
  return jid as Device
}

/** Throws StanzaError when there are too many. The session writes to `line`. */
export function bindSession(jid: Device, { client, appPassword, address }: Known, stream: Stream, line: Line = stream): BoundSession {
  const { context } = stream
  const { host } = context
  const taken = host.sessions.at(jid)
  if (!taken && host.sessions.of(jid).length >= context.limits().sessionsPerAccount && !makeRoom(jid, context)) {
    throw new StanzaError('resource-constraint', 'Too many devices of this account are connected: close one and try again')
  }
  // RFC 6120 §7.7.2.2, case 3: whoever binds the same name anew is the same device coming back.
  taken?.end('conflict', 'The same device connected anew')
  const session = new BoundSession(jid, line, host.clock(), gone => endSession(gone, context), { client, appPassword, address })
  stream.session = session
  stream.known = undefined
  host.sessions.add(session)
  return session
}

/** Devices that never came back stand behind those that are here. */
function makeRoom(jid: Device, { host, resumables }: StreamContext): boolean {
  for (const session of resumables.waiting()) {
    if (session.account.bare !== jid.bare) continue
    session.end('policy-violation', 'Too many devices of this account')
    return host.sessions.of(jid).length > 0
  }
  return false
}
