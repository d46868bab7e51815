/**
 * Credentials that a TURN server can check by itself and that end by themselves, as coturn's `use-auth-secret` wants them
 * (draft-uberti-behave-turn-rest-00 §2.2). The TURN server learns that two calls are of one person, which its quotas need, but not of whom.
 */
import { createHmac } from 'node:crypto'
import type { Localpart } from '../../storage/repositories.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
  /** Milliseconds since 1970; a whole second. */
  readonly expires: number
}

/** `key` makes pseudonyms; `secret` is what the TURN server knows too. */
export function credentialsFor(
  owner: Localpart,
  { secret, key, until }: { readonly secret: string; readonly key: Buffer; readonly until: number },
): Credentials {
  const seconds = Math.floor(until / 1000)
  const pseudonym = createHmac('sha256', key).update(owner).digest('hex').slice(0, 20)
  const username = `${seconds}:${pseudonym}`
  return { username, password: createHmac('sha1', secret).update(username).digest('base64'), expires: seconds * 1000 }
}
