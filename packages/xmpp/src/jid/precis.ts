/**
 * Names and passwords of all scripts in one form each (RFC 8264, RFC 8265): every profile gives the string as it is to be kept and
 * compared, or undefined when it may not be one.
 */
import { keepsBidiRule } from './bidi.ts'
import { isFreeform, isIdentifier } from './code-points.ts'

/** More than any slot holds; what is longer is refused unread. */
const LONGEST = 4096
/** RFC 8264 §7: a string that four rounds leave changing is refused. */
const ROUNDS = 4
// Halfwidth Hangul (U+FFA0 to U+FFDC) is left out: mapped or not, it is disallowed.
const WIDE_OR_NARROW = /[\u3000\uff01-\uff9f\uffe0-\uffe6\uffe8-\uffee]/gu
const PLAIN_NAME = /^[\x21-\x7e]+$/

/** RFC 8265 §3.3, for the names of accounts: `Σ` and `σ` are the same. */
export function usernameCaseMapped(text: string): string | undefined {
  if (text.length <= LONGEST && PLAIN_NAME.test(text)) return text.toLowerCase()
  return settled(text, round => username(round, name => name.toLowerCase()))
}

/** RFC 8265 §3.4. */
export function usernameCasePreserved(text: string): string | undefined {
  return settled(text, round => username(round, name => name))
}

/** RFC 8265 §4.2, for passwords and resources: case and width count, and every kind of space is one. */
export function opaqueString(text: string): string | undefined {
  return settled(text, round => (isFreeform(round) ? round.replace(/\p{Zs}/gu, ' ').normalize('NFC') : undefined))
}

function username(text: string, mapCase: (name: string) => string): string | undefined {
  const name = mapWidth(text)
  if (!isIdentifier(name)) return undefined
  const mapped = mapCase(name).normalize('NFC')
  return keepsBidiRule(mapped) ? mapped : undefined
}

/** RFC 8264 §5.2.1. */
export function mapWidth(text: string): string {
  return text.replace(WIDE_OR_NARROW, character => character.normalize('NFKC'))
}

function settled(text: string, rule: (text: string) => string | undefined): string | undefined {
  if (text.length > LONGEST) return undefined
  let current = text
  for (let round = 0; round < ROUNDS; round++) {
    const next = rule(current)
    if (next === undefined || next === current) return next
    current = next
  }
  return undefined
}
