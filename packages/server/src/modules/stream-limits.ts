/** XEP-0478: says in the stream features how large a stanza may be and how long silence is borne. */
import { StreamLimits } from '@plodge/xmpp/xeps/stream-limits.ts'
import type { Module } from '../routing/host.ts'
import type { Limits } from '../settings.ts'

/** As they are now: a SIGHUP changes them. */
export const streamLimits = (limits: () => Limits): Module => ({
  name: 'stream-limits',
  implements: { 'XEP-0478': '0.2.0' },
  install(host) {
    host.streamFeatures.push(() => limitsFeature(limits().stanzaBytes, limits().idleSeconds))
  },
})

/** The element itself; a limit that is turned off (Infinity) is not said (§3.1). */
export function limitsFeature(stanzaBytes: number, idleSeconds: number): string {
  const limits = { maxBytes: finite(stanzaBytes), idleSeconds: finite(idleSeconds) }
  return limits.maxBytes === undefined && limits.idleSeconds === undefined ? '' : StreamLimits.write(limits).toString()
}

const finite = (limit: number): number | undefined => (Number.isFinite(limit) ? Math.floor(limit) : undefined)
