/** SASL ANONYMOUS (RFC 4505, XEP-0175): anybody gets in, under a name that is nobody's and is given once. */
import { randomUUID } from 'node:crypto'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import type { Authenticator, SaslExchange } from './authenticator.ts'

/** RFC 4505 §2: so much a client may say of itself. */
const LONGEST_TRACE = 1020

/** What is said of itself by who comes is used for nothing (XEP-0175 §2). */
export const anonymous = (hasRoom: () => boolean): Authenticator => ({
  mechanisms: () => ['ANONYMOUS'],
  begin: mechanism => (mechanism === 'ANONYMOUS' ? admit(hasRoom) : undefined),
})

const admit = (hasRoom: () => boolean): SaslExchange => ({
  next(trace) {
    if (trace.length > LONGEST_TRACE) return { kind: 'failure', error: new SaslError('malformed-request', 'The trace is too long') }
    if (!hasRoom())
      return {
        kind: 'failure',
        error: new SaslError('temporary-auth-failure', 'There are as many guests as there may be; come again later'),
      }
    return { kind: 'success', localpart: randomUUID(), data: undefined, way: 'anonymous' }
  },
})
