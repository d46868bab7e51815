/** Just enough DER (X.690) to write a certificate. */

const tlv = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])

/** X.690 §8.1.3. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

export const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts))
export const set = (...parts: readonly Buffer[]): Buffer => tlv(0x31, Buffer.concat(parts))
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text))
export const octets = (content: Buffer): Buffer => tlv(0x04, content)
export const yes = tlv(0x01, Buffer.from([0xff]))

/** A whole number that is not negative: a leading bit would be its sign. */
export const integer = (bytes: Buffer): Buffer => tlv(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)

export const bits = (content: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.concat([Buffer.from([unused]), content]))

/** A context-specific tag around whole elements, or in the place of one. */
export const tagged = (number: number, content: Buffer): Buffer => tlv(0xa0 | number, content)
export const replaced = (number: number, content: Buffer): Buffer => tlv(0x80 | number, content)

/** X.690 §8.19: the first two arcs in one byte, the others in groups of seven bits. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(sevens)]))
}

function sevens(arc: number): readonly number[] {
  const groups = [arc & 0x7f]
  for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
  return groups
}

/** RFC 5280 §4.1.2.5: two digits of the year until 2049, four afterwards. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/\.\d+|\D/g, '')
  return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`)) : tlv(0x18, Buffer.from(`${digits}Z`))
}
