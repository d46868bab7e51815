/** How a stream asks who somebody is (RFC 6120 §6): the mechanisms on offer, and one exchange of one of them. */
import type { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import type { Connection } from '../net/connection.ts'
import type { Now } from '../routing/now.ts'
import type { ClientWay, Localpart } from '../storage/repositories.ts'

export type SaslStep =
  | { readonly kind: 'challenge'; readonly data: Buffer }
  | {
      readonly kind: 'success'
      readonly localpart: Localpart
      readonly data: Buffer | undefined
      readonly way: ClientWay | 'anonymous'
      /** Which app password it was. */
      readonly appPassword?: string | undefined
      /** Of a log-in by token: it is time for the next one. */
      readonly isTokenDue?: boolean
    }
  | { readonly kind: 'failure'; readonly error: SaslError }

export interface SaslExchange {
  /** Takes the client's next message, decoded from base64. Never throws. */
  next(message: Buffer): Now<SaslStep>
}

export interface Authenticator {
  /** In order of preference; the same whoever it may be, so that they do not tell who exists. */
  mechanisms(connection: Connection): readonly string[]
  /** Undefined for a mechanism that is not on offer. */
  begin(mechanism: string, connection: Connection): SaslExchange | undefined
}
