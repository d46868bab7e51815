/** SASL PLAIN (RFC 4616 §2): `[authzid] NUL authcid NUL passwd`. */
import { SaslError } from './errors.ts'
import { decodeText } from './text.ts'

export interface PlainMessage {
  /** Undefined when the client acts for nobody else. */
  readonly authzid: string | undefined
  readonly username: string
  /** As it was typed: what it is compared with knows how to prepare it. */
  readonly password: string
}

/** Octets. An authzid is an XMPP address, whose parts have 1023 each. */
const LONGEST_AUTHZID = 3071
const LONGEST = 1023

export function parsePlain(message: Uint8Array): PlainMessage {
  // The bound holds before anything is decoded.
  if (message.length > LONGEST_AUTHZID + 2 * LONGEST + 2) throw tooLong()
  const [authzid, username, password, ...rest] = decodeText(message).split('\0')
  if (authzid === undefined || !username || !password || rest.length > 0) {
    throw new SaslError('malformed-request', 'PLAIN is an identity, a name and a password with NUL between')
  }
  if (octets(authzid) > LONGEST_AUTHZID || octets(username) > LONGEST || octets(password) > LONGEST) throw tooLong()
  return { authzid: authzid === '' ? undefined : authzid, username, password }
}

export function plainMessage({
  authzid = '',
  username,
  password,
}: {
  readonly authzid?: string
  readonly username: string
  readonly password: string
}): Uint8Array {
  return new TextEncoder().encode(`${authzid}\0${username}\0${password}`)
}

const octets = (text: string): number => new TextEncoder().encode(text).length
const tooLong = (): SaslError => new SaslError('malformed-request', 'A name or password is too long')
