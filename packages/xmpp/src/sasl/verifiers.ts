/** What a server keeps instead of a password (RFC 5802 §3), and what it shows for people who do not exist. */
import { encodeBase64 } from './base64.ts'
import type { ScramMechanism } from './mechanisms.ts'
import { saslprep } from './saslprep.ts'
import type { Keys, ScramCrypto } from './scram.ts'

/** Keys and salt are base64, as messages and stores have them. */
export interface ScramVerifier {
  readonly mechanism: ScramMechanism
  readonly iterations: number
  readonly salt: string
  readonly storedKey: string
  readonly serverKey: string
}

const encoder = new TextEncoder()

/** What PBKDF2 is to be given for a password; undefined for one that SCRAM cannot carry (RFC 5802 §2.2 Normalize). */
export function passwordBytes(password: string): Uint8Array | undefined {
  const prepared = saslprep(password)
  return prepared ? encoder.encode(prepared) : undefined
}

/** RFC 5802 §3, from SaltedPassword on: that is PBKDF2 of the password, long enough to be left to a thread or a platform. */
export function keysOf(crypto: ScramCrypto, saltedPassword: Uint8Array): Keys {
  const clientKey = crypto.hmac(saltedPassword, encoder.encode('Client Key'))
  return { storedKey: crypto.hash(clientKey), serverKey: crypto.hmac(saltedPassword, encoder.encode('Server Key')) }
}

export function deriveVerifier(
  crypto: ScramCrypto,
  mechanism: ScramMechanism,
  saltedPassword: Uint8Array,
  { salt, iterations }: { readonly salt: Uint8Array; readonly iterations: number },
): ScramVerifier {
  const { storedKey, serverKey } = keysOf(crypto, saltedPassword)
  return { mechanism, iterations, salt: encodeBase64(salt), storedKey: encodeBase64(storedKey), serverKey: encodeBase64(serverKey) }
}

/**
 * For a name that nobody has: the same whenever it is asked for, and no password fits, as nobody knows what the stored key is the hash
 * of. `iterations` and the length of the salt must be those that real people have.
 */
export function fakeVerifier(
  crypto: ScramCrypto,
  secret: Uint8Array,
  username: string,
  {
    mechanism,
    iterations,
    saltBytes = 16,
  }: { readonly mechanism: ScramMechanism; readonly iterations: number; readonly saltBytes?: number },
): ScramVerifier {
  const made = (what: string): Uint8Array => crypto.hmac(secret, encoder.encode(`${what}\0${mechanism}\0${username}`))
  // Real salts may be longer than one digest.
  const salt = new Uint8Array(saltBytes)
  for (let at = 0; at < saltBytes; at += 20) salt.set(made(`salt${at}`).subarray(0, Math.min(20, saltBytes - at)), at)
  return {
    mechanism,
    iterations,
    salt: encodeBase64(salt),
    storedKey: encodeBase64(made('stored')),
    serverKey: encodeBase64(made('server')),
  }
}
