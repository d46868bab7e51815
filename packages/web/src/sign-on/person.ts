/** Whose address a name of the sign-on is: only what can be proved becomes one. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'

export interface Addresses {
  readonly domain: string
  /** What names people here can have. */
  readonly localpart: RegExp
}

/**
 * The name before the @, or undefined. A name must be an address as it stands: `SPQR1` and `spqr1` may be two people where the sign-on
 * keeps them, and whatever preparation would make of `ſpqr1` is not what was proved.
 */
export function localpartOf(principal: string, { domain, localpart }: Addresses): string | undefined {
  if (principal.length > 64 || !localpart.test(principal)) return undefined
  const jid = Jid.parse(`${principal}@${domain}`)
  return jid && jid.local === principal && jid.resource === '' ? principal : undefined
}
