/** XEP-0478 (0.2.0): Stream Limits Advertisement. */
import { element } from './codec.ts'
import { countChild } from './numbers.ts'

export const STREAM_LIMITS = 'urn:xmpp:stream-limits:0'

export const StreamLimits = element(STREAM_LIMITS, 'limits', {
  maxBytes: countChild(STREAM_LIMITS, 'max-bytes'),
  idleSeconds: countChild(STREAM_LIMITS, 'idle-seconds'),
})
