/** Names of uploaded files: what people and their systems give, made fit for a URL and a header. */

/** File systems allow 255 bytes; clients put things before and after. */
const MOST_BYTES = 180
/** Control characters, what paths and file systems take for their own, and marks that show a name in another order than it is (Unicode TR36). */
// oxlint-disable-next-line no-control-regex
const UNFIT = /[\u0000-\u001f\u007f-\u009f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** XEP-0363 § Requesting a slot: the name, and above all its ending, stays as it is where it can. */
export function fitName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const name = last.replace(UNFIT, '').replace(/^[.\s]+|[.\s]+$/g, '')
  if (name === '') return 'file'
  const dot = name.lastIndexOf('.')
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  return `${cut(name.slice(0, name.length - ending.length), MOST_BYTES - Buffer.byteLength(ending))}${ending}`
}

/** At most so many bytes of UTF-8, no character halved. */
function cut(text: string, most: number): string {
  let bytes = 0
  let kept = ''
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > most) break
    kept += character
  }
  return kept
}

/** RFC 3986 §2.3: everything but unreserved characters is escaped. */
export const inUrl = (name: string): string =>
  encodeURIComponent(name).replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** RFC 6266 §4.3, with a name in ASCII for those who do not know the other one. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_')
  return `${kind}; filename="${plain}"; filename*=UTF-8''${inUrl(name)}`
}
