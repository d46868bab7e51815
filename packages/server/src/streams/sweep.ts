/** Once a second, over all streams and lost sessions: who took too long. One timer serves everybody. */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Limits } from '../settings.ts'
import type { Stream, StreamContext } from './stream.ts'
import { careForLost } from './lost-sessions.ts'

const EVERY_MS = 1000
/** How long a silent client may take to answer a question before it is taken for gone. */
const ANSWER_MS = 60_000

/** Starts sweeping; the function it gives stops it. */
export function startSweeping(context: StreamContext): () => void {
  const timer = setInterval(() => sweep(context), EVERY_MS)
  return () => clearInterval(timer)
}

export function sweep(context: StreamContext): void {
  const now = context.host.clock()
  const limits = context.limits()
  for (const stream of context.streams) {
    if (stream.isClosed) continue
    try {
      look(stream, limits, now)
    } catch (error) {
      // One timer serves everybody: nobody's trouble may stop it.
      context.host.log.error({ err: error, address: stream.address }, 'a stream could not be looked after')
      stream.connection.destroy()
    }
  }
  careForLost(context, limits, now)
}

function look(stream: Stream, limits: Limits, now: number): void {
  const { session } = stream
  if (stream.connection.queued > limits.outputBytes) {
    stream.fail('resource-constraint', 'The client does not take what is sent to it')
    stream.connection.destroy()
  } else if (!session) {
    if (!stream.phase.isLasting && now - stream.since > limits.loginSeconds * 1000)
      stream.fail('connection-timeout', 'Logging in took too long')
  } else {
    session.management?.ask(stream)
    checkSilence(stream, now, limits.idleSeconds * 1000)
  }
}

/** XEP-0199 §4.2: a client that says nothing for long is asked, and cut off when it does not answer. */
function checkSilence(stream: Stream, now: number, idle: number): void {
  if (stream.probedAt > 0) {
    if (now - stream.probedAt > ANSWER_MS) stream.fail('connection-timeout', 'The client does not answer')
  } else if (now - stream.heardAt > idle && stream.session) {
    stream.probedAt = now
    const { domain } = stream.context.host
    stream.session.send(
      Stanza.of('iq', { from: domain, to: stream.session.jid, type: 'get', id: `ping${now}` }, [new Element('urn:xmpp:ping', 'ping')]),
    )
  }
}
