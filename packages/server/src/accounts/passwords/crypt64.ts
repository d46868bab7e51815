/** The base64 of crypt(3): its own alphabet, least significant bits first, digest bytes in an order of each form's own. */
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Writes the bytes in the order given, three to four characters; the last group may have one or two bytes. */
export function crypt64(digest: Uint8Array, order: readonly number[]): string {
  let text = ''
  for (let i = 0; i < order.length; i += 3) {
    const group = order.slice(i, i + 3)
    let bits = group.reduce((bits, index) => (bits << 8) | (digest[index] ?? 0), 0)
    for (let n = 0; n <= group.length; n++, bits >>>= 6) text += ALPHABET[bits & 63]
  }
  return text
}
