/** SASL PLAIN (RFC 4616). */
import { SaslError } from './errors.ts'

export interface PlainMessage {
  /** Undefined when the client acts for nobody else. */
  readonly authzid: string | undefined
  readonly username: string
  readonly password: string
}
const LONGEST = 1023

export function parsePlain(message: Uint8Array): PlainMessage {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message)
  } catch {
    throw new SaslError('malformed-request', 'The message is not UTF-8')
  }
  const [authzid, username, password, ...rest] = text.split('\0')
  if (authzid === undefined || !username || !password || rest.length > 0) throw new SaslError('malformed-request', 'PLAIN is an identity, a name and a password with NUL between')
  if (authzid.length > LONGEST * 3 || username.length > LONGEST || password.length > LONGEST) throw new SaslError('malformed-request', 'A name or password is too long')
  return { authzid: authzid === '' ? undefined : authzid, username, password }
}
