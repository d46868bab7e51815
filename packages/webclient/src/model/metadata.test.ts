import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutMetadata } from './metadata.ts'

const bytesOf = (...parts: readonly (string | ArrayLike<number>)[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap(part => (typeof part === 'string' ? Array.from(part, sign => sign.charCodeAt(0)) : Array.from(part))))
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const png = (name: string, data: string): Uint8Array => bytesOf([0, 0, 0, data.length], name, data, 'CRC!')
const webp = (name: string, data: string): Uint8Array => bytesOf(name, [data.length, 0, 0, 0], data, data.length % 2 === 1 ? [0] : [])
const riff = (...chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const body = bytesOf(...chunks)
  return bytesOf('RIFF', [body.length + 4, 0, 0, 0], 'WEBP', body)
}

test('a PNG goes without its words, and is otherwise the same', () => {
  const said = ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME'].map(name => png(name, 'GPS'))
  const before = bytesOf(SIGNATURE, png('IHDR', 'head'), ...said, png('IDAT', 'pixels'), png('IEND', ''), 'GPS after the end')
  assert.deepEqual(withoutMetadata(before), bytesOf(SIGNATURE, png('IHDR', 'head'), png('IDAT', 'pixels'), png('IEND', '')))
})

test('a WebP too, and says no more that there are any', () => {
  const before = riff(webp('VP8X', '\x3e123456789'), webp('VP8 ', 'pixel'), webp('EXIF', 'GPS'), webp('XMP ', 'by me'))
  assert.deepEqual(withoutMetadata(before), riff(webp('VP8X', '\x32123456789'), webp('VP8 ', 'pixel')))
})

test('what is not whole, or something else, is not touched', () => {
  const whole = bytesOf(SIGNATURE, png('IHDR', 'head'), png('IEND', ''))
  for (const bytes of [
    whole.slice(0, -1),
    bytesOf('GIF89a'),
    bytesOf(''),
    bytesOf(SIGNATURE),
    bytesOf(SIGNATURE, [255, 255, 255, 255], 'IDATx'),
    bytesOf('RIFF', [90, 0, 0, 0], 'WEBPVP8 ', [80, 0, 0, 0]),
  ])
    assert.equal(withoutMetadata(bytes), undefined)
})
