/** At which of our domains a client logs in: the header says so, before anybody is known (RFC 6120 §4.7.2). */
import type { Stream, StreamContext } from './stream.ts'
import type { Header } from './framing.ts'

/** The context for streams to that domain; the same one for a domain that has none of its own, which is refused then. */
export function realmOf({ to }: Header, stream: Stream, context: StreamContext): StreamContext {
  const realm = to === undefined ? undefined : context.others?.get(to.toLowerCase())
  if (!realm) return context
  context.streams.delete(stream)
  realm.streams.add(stream)
  return realm
}
