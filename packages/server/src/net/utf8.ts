/** Bytes to text, chunk by chunk, without a decoder object for each connection: only an unfinished last character is kept. */
import { Buffer, isAscii, isUtf8 } from 'node:buffer'

export const NO_BYTES: Buffer = Buffer.alloc(0)

export interface Decoded {
  readonly text: string
  /** The bytes of an unfinished character, to be put before the next chunk. */
  readonly rest: Buffer
}

/** Undefined when the bytes are not UTF-8 (RFC 6120 §11.6). `rest` is what the last call left. */
export function decode(chunk: Buffer, rest: Buffer): Decoded | undefined {
  const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), rest: NO_BYTES }
  const end = endOfWhole(bytes)
  const whole = end === bytes.length ? bytes : bytes.subarray(0, end)
  if (!isUtf8(whole)) return undefined
  return { text: whole.toString('utf8'), rest: end === bytes.length ? NO_BYTES : Buffer.from(bytes.subarray(end)) }
}

/** Where the last whole character ends: at most three bytes of an unfinished one follow. */
function endOfWhole(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needed > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}
