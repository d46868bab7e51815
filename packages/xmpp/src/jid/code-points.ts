/**
 * Which code points a PRECIS string may hold (RFC 8264 §8, §9): derived from the Unicode properties of the engine, so a newer Unicode is
 * followed without a table here. Exact but for one approximation, said in `context.ts`.
 */
import { keepsContextRules } from './context.ts'

// RFC 8264 §9.6 decides these two ways whatever their properties say; §9.9 is exact for every Hangul_Syllable_Type L, V and T.
const EXCEPTIONALLY_DISALLOWED = '\\u0640\\u07fa\\u302e\\u302f\\u3031-\\u3035\\u303b'
const EXCEPTIONALLY_VALID = '\\u06fd\\u06fe\\u0f0b\\u3007'
const OLD_HANGUL_JAMO = '\\u1100-\\u11ff\\ua960-\\ua97c\\ud7b0-\\ud7c6\\ud7cb-\\ud7fb'
const CONTEXTUAL = '\\u200c\\u200d\\u00b7\\u0375\\u05f3\\u05f4\\u30fb\\u0660-\\u0669\\u06f0-\\u06f9'

const never = `\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}${OLD_HANGUL_JAMO}${EXCEPTIONALLY_DISALLOWED}`
const letterDigits = '\\p{Ll}\\p{Lu}\\p{Lo}\\p{Nd}\\p{Lm}\\p{Mn}\\p{Mc}'
const classOf = (members: string): RegExp => new RegExp(`^(?:[[${members}]--[${never}]]|[${EXCEPTIONALLY_VALID}${CONTEXTUAL}])+$`, 'v')

const IDENTIFIER = classOf(`\\x21-\\x7e${letterDigits}`)
const FREEFORM = classOf(`\\x21-\\x7e\\p{L}\\p{M}\\p{N}\\p{Zs}\\p{S}\\p{P}`)
const CONTEXTUAL_ONE = new RegExp(`[${CONTEXTUAL}]`, 'v')
const NOT_ASCII = /[^\0-\x7f]/gu

/** RFC 8264 §4.2: letters and digits of all scripts, and printable ASCII. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && !hasCompatibility(text) && isInContext(text)
}

/** RFC 8264 §4.3: all that can be seen, and spaces. */
export function isFreeform(text: string): boolean {
  return FREEFORM.test(text) && isInContext(text)
}

const isInContext = (text: string): boolean => !CONTEXTUAL_ONE.test(text) || keepsContextRules(text)

/** HasCompat, RFC 8264 §9.17: asked of each code point, as composing would hide the answer. */
function hasCompatibility(text: string): boolean {
  for (const [codePoint] of text.matchAll(NOT_ASCII)) if (codePoint.normalize('NFKC') !== codePoint) return true
  return false
}
