/** Which characters may form names and text (XML 1.0 §2.2, §2.3), and how a prefix is told from a local name. */

const NAME =
  /^[A-Z_a-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}][-.0-9A-Z_a-z\u{B7}\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{203F}\u{2040}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}]*$/u

export const XML = 'http://www.w3.org/XML/1998/namespace'
export const XMLNS = 'http://www.w3.org/2000/xmlns/'

/** A name without colon (Namespaces in XML §3). */
export const isNcName = (text: string): boolean => NAME.test(text)

/** What a run of text has to be looked at for: references, characters that XML forbids, and the end of a CDATA section. */
export const SUSPECT = /[&\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\]\]>/g

/** The references RFC 6120 §11.1 leaves: five entities and characters by number. */
const REFERENCE = /&(?:amp|lt|gt|apos|quot|#(?:x0{0,50}[0-9a-fA-F]{1,6}|0{0,50}[0-9]{1,7}));/y
const LONGEST_REFERENCE = 64

/** Whether the text ends in what may become a reference, from `at` on. */
export function isUnfinishedReference(text: string, at: number): boolean {
  return text.length - at < LONGEST_REFERENCE && /^&[#\w.-]*$/.test(text.slice(at))
}

export type ReferenceCheck = 'fine' | 'entity' | 'malformed'

/** What stands at an ampersand. `entity`: some other entity, which XMPP forbids (RFC 6120 §11.1). */
export function checkReference(text: string, at: number): ReferenceCheck {
  REFERENCE.lastIndex = at
  const found = REFERENCE.exec(text)?.[0]
  if (found === undefined) return /^&[A-Za-z_][\w.-]*;/.test(text.slice(at, at + LONGEST_REFERENCE)) ? 'entity' : 'malformed'
  if (found[1] !== '#') return 'fine'
  const code = found[2] === 'x' ? Number.parseInt(found.slice(3), 16) : Number.parseInt(found.slice(2), 10)
  return isCharacter(code) ? 'fine' : 'malformed'
}

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x1_00_00 && code <= 0x10_ff_ff)
}

/** How many bytes the text takes in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // A surrogate pair is two units and four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1
  }
  return bytes
}
