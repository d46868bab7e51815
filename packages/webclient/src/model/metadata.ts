/** Pictures without what they say besides: where, when and with what they were taken, by whom, with which words. What is seen stays as it is. */

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const PNG_SAYS = new Set(['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME'])
const WEBP_SAYS = new Set(['EXIF', 'XMP '])
/** In the flags of VP8X: that there are EXIF and XMP. */
const WEBP_FLAGS = 0b0000_1100

/** Undefined when it is neither a PNG nor a WebP that is whole. */
export function withoutMetadata(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  if (PNG.every((byte, i) => bytes[i] === byte)) return pngWithout(bytes)
  return nameAt(bytes, 0) === 'RIFF' && nameAt(bytes, 8) === 'WEBP' ? webpWithout(bytes) : undefined
}

/** PNG §5.3: length, name, data, checksum. */
function pngWithout(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept = [bytes.subarray(0, 8)]
  for (let at = 8; at < bytes.length;) {
    if (at + 12 > bytes.length) return undefined
    const end = at + 12 + view.getUint32(at)
    if (end > bytes.length) return undefined
    const name = nameAt(bytes, at + 4)
    if (!PNG_SAYS.has(name)) kept.push(bytes.subarray(at, end))
    // What stands after the end is no part of the picture.
    if (name === 'IEND') return joined(kept)
    at = end
  }
  return undefined
}

/** RFC 9649 §2.3: name, length, data, and a byte to make it even. */
function webpWithout(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const all = Math.min(bytes.length, 8 + view.getUint32(4, true))
  const kept = [bytes.slice(0, 12)]
  for (let at = 12; at < all;) {
    if (at + 8 > all) return undefined
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size + (size % 2)
    if (end > all) return undefined
    const name = nameAt(bytes, at)
    const chunk = bytes.slice(at, end)
    if (name === 'VP8X') chunk[8] = (chunk[8] ?? 0) & ~WEBP_FLAGS
    if (!WEBP_SAYS.has(name)) kept.push(chunk)
    at = end
  }
  const whole = joined(kept)
  new DataView(whole.buffer).setUint32(4, whole.length - 8, true)
  return whole
}

const nameAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
