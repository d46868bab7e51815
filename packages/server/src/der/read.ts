/** Just enough strict DER (X.690) to find one's way in a certificate: definite lengths, as short as they can be, and nothing left over. */

export interface Tlv {
  readonly tag: number
  readonly content: Buffer
}

/** What was read is not DER, or not what it should be. */
export class NotDer extends Error {
  override readonly name = 'NotDer'
}

export const TAG = {
  boolean: 0x01,
  bits: 0x03,
  octets: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
} as const

/** A context-specific tag around whole elements, or in the place of one. */
export const around = (number: number): number => 0xa0 | number
export const inPlace = (number: number): number => 0x80 | number

/** Everything that stands there, one after another. Throws NotDer. */
export function readAll(bytes: Buffer): readonly Tlv[] {
  const found: Tlv[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0
    // X.690 §8.1.2.4: in certificates no tag needs more than a byte.
    if ((tag & 0x1f) === 0x1f) throw new NotDer('a tag of several bytes')
    const { length, from } = readLength(bytes, at + 1)
    const end = from + length
    if (end > bytes.length) throw new NotDer('cut off')
    found.push({ tag, content: bytes.subarray(from, end) })
    at = end
  }
  return found
}

/** The only thing that stands there, of that kind. Throws NotDer. */
export function readOne(bytes: Buffer, tag: number): Buffer {
  const [first, ...rest] = readAll(bytes)
  if (first?.tag !== tag || rest.length > 0) throw new NotDer('something else was expected')
  return first.content
}

/** X.690 §8.1.3, §10.1. */
function readLength(bytes: Buffer, at: number): { readonly length: number; readonly from: number } {
  const first = bytes[at]
  if (first === undefined) throw new NotDer('cut off')
  if (first < 0x80) return { length: first, from: at + 1 }
  const count = first & 0x7f
  if (count === 0 || count > 4 || at + 1 + count > bytes.length) throw new NotDer('a length that is none')
  const length = bytes.readUIntBE(at + 1, count)
  if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw new NotDer('a length that is longer than it needs to be')
  return { length, from: at + 1 + count }
}
