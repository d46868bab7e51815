/** Which names people may have: an institution's own rule (`users.localpart`), within what an address allows (RFC 7622 §3.3). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Localpart } from '../storage/repositories.ts'

/** Longer ones are not even tried: the rule is an expression that somebody wrote by hand. */
const LONGEST = 128

/** Lower-cased and checked; undefined for a name that nobody can have here. */
export function readLocalpart(text: string, rule: RegExp): Localpart | undefined {
  if (text.length > LONGEST) return undefined
  // The domain does not matter: it only makes the address whole.
  const local = Jid.of(text, 'localhost')?.local.toLowerCase()
  return local !== undefined && local !== '' && rule.test(local) ? local : undefined
}
