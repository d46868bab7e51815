/** The bytes of a SASL message as text. */
import { SaslError } from './errors.ts'

/** Strictly UTF-8, where a reader that puts replacement characters would make two names one. */
export function decodeText(message: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message)
  } catch {
    throw new SaslError('malformed-request', 'The message is not UTF-8')
  }
}
