/** The XML declaration that a stream may begin with (XML 1.0 §2.8, RFC 6120 §11.6). */
import { StreamError } from '../stream/errors.ts'

/** XML 1.0 §2.8, for any minor version; the encoding is in the first or second group. */
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:'1\.\d'|"1\.\d")(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:'([^']*)'|"([^"]*)"))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:'(?:yes|no)'|"(?:yes|no)"))?[ \t\r\n]*\?>$/
const LONGEST_DECLARATION = 256

/** Where the declaration at the place ends; undefined when the text ends first. Throws StreamError when it is none, or a wrong one. */
export function endOfDeclaration(text: string, at: number): number | undefined {
  const end = text.indexOf('?>', at)
  if (end < 0 && text.length - at <= LONGEST_DECLARATION) return undefined
  const declaration = text.slice(at, end < 0 || end - at > LONGEST_DECLARATION ? at + 6 : end + 2)
  const found = DECLARATION.exec(declaration)
  if (!found) {
    throw /^<\?xml[ \t\r\n]/.test(declaration)
      ? new StreamError('not-well-formed', 'The XML declaration is wrong')
      : new StreamError('restricted-xml', 'Processing instructions are not allowed')
  }
  const encoding = found[1] ?? found[2] ?? 'UTF-8'
  if (encoding.toUpperCase() !== 'UTF-8') throw new StreamError('unsupported-encoding', 'The encoding of a stream is UTF-8')
  return end + 2
}
