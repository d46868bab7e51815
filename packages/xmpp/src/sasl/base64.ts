/**
 * Base64 to the letter (RFC 4648 §4, RFC 6120 §6.4.2): no white space, no other alphabet, padding at the end and whole, and no bits left
 * over, so that bytes have one text.
 */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/

/** Undefined when the text is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** What stands in an element of SASL: a lone `=` is data of no bytes, and nothing at all is no data (RFC 6120 §6.4.2). */
export function decodeSaslData(text: string): Uint8Array | undefined {
  return text === '=' ? new Uint8Array(0) : text === '' ? undefined : decodeBase64(text)
}

export function encodeSaslData(bytes: Uint8Array): string {
  return bytes.length === 0 ? '=' : encodeBase64(bytes)
}
