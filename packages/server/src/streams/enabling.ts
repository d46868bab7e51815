/** XEP-0198 §3: stream management begins, asked for by itself or while binding (XEP-0386). */
import type { BoundSession } from './bound-session.ts'
import type { StreamContext } from './stream.ts'
import { Management, SM } from './management.ts'

export const UNEXPECTED = `<failed xmlns='${SM}'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`

/** Gives the answer; `wish` is the attribute `resume`. */
export function enable(wish: string | undefined, session: BoundSession, { resumables, limits }: StreamContext): string {
  if (session.management) return UNEXPECTED
  const { unackedStanzas, unackedBytes, ...rest } = limits()
  // A client that turns out to be a phone's is waited for the longer time.
  const resumeSeconds = Math.max(rest.resumeSeconds, rest.resumeSecondsMobile)
  const id = (wish === 'true' || wish === '1') && resumeSeconds > 0 ? resumables.newId() : undefined
  session.management = new Management(id, unackedStanzas, unackedBytes)
  if (id === undefined) return `<enabled xmlns='${SM}'/>`
  resumables.add(id, session)
  // Without a limit there is no number to name.
  const most = resumeSeconds === Infinity ? '' : ` max='${resumeSeconds}'`
  return `<enabled xmlns='${SM}' id='${id}' resume='true'${most}/>`
}
