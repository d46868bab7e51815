/** Small damage to a text, and the ways to cut it into chunks. */
import type { Random } from '../random.ts'

const PIECES = [
  '<', '>', '/', '/>', '</', '&', ';', '&amp;', '&#0;', '&#xD800;', '&#13;', '&#x10FFFF;', '&#0000065;', '&lol;', '&longname;', ']]>', ']', '<![CDATA[', '<!--', '-->',
  '<?', '?>', '<?xml version="1.0"?>', `xmlns='u'`, ` xmlns:p='u'`, ` xmlns:q='u'`, ` xmlns=''`, ` xmlns:p=''`, ` xmlns:xml='http://www.w3.org/XML/1998/namespace'`,
  ` p:a='1' q:a='2'`, ` a='1' a='2'`, 'xml:', 'xmlns:', 'p:', ':', '\u0000', '\u000b', '\u001f', '\ufffe', '\uffff', '\ufeff', '\u00a0', '\u0085', '\u2028', '\r', '\n', '\t', ' ',
  '😀', 'é', "'", '"', '=', '<stream:stream', '</stream:stream>', '<message/>', '<!DOCTYPE x [<!ENTITY a "b">]>', '__proto__', '-', '.', '1',
] as const // prettier-ignore

export function mutate(random: Random, text: string, other: string): string {
  let changed = text
  for (let times = 1 + random.below(3); times > 0; times--) changed = once(random, changed, other)
  return changed.slice(0, 6000).toWellFormed()
}

function once(random: Random, text: string, other: string): string {
  const at = random.below(text.length + 1)
  const end = Math.min(text.length, at + 1 + random.below(random.oneIn(3) ? 40 : 4))
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(end)
    case 1:
      return text.slice(0, end) + text.slice(at)
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(end)
    case 3:
      return text.slice(0, at) + String.fromCharCode(random.below(random.oneIn(4) ? 65_536 : 128)) + text.slice(at + 1)
    case 4: {
      const from = random.below(other.length + 1)
      return text.slice(0, at) + other.slice(from, from + random.below(60)) + text.slice(at)
    }
    case 5:
      return text.slice(0, at)
    default:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at)
  }
}

/** Cuts anywhere but inside a surrogate pair: bytes are decoded character by character. */
export function chunked(random: Random, text: string): string[] {
  const most = random.pick([1, 2, 3, 16, 200])
  const chunks: string[] = []
  for (let at = 0; at < text.length;) {
    let end = at + 1 + random.below(most)
    const code = text.charCodeAt(end - 1)
    if (code >= 0xd800 && code <= 0xdbff) end += 1
    chunks.push(text.slice(at, end))
    at = end
  }
  return chunks
}
