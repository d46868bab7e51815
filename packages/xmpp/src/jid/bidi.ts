/**
 * The Bidi rule (RFC 5893 §2) for strings of PRECIS identifiers. There is no property escape for Bidi_Class; over the code points that an
 * identifier may hold, blocks and general categories give it.
 */
const RTL_BLOCKS = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}'
const ARABIC_NUMBER = '\\u0660-\\u0669\\u{10d30}-\\u{10d39}'
const EUROPEAN_NUMBER = '0-9\\u06f0-\\u06f9'
// Letters without a direction of their own (ON), marks that have one, and symbols that PRECIS lets in among letters (RFC 8264 §9.6).
const NEUTRAL = '\\u02b9\\u02ba\\u02c6-\\u02cf\\u02ec\\u0374\\u2e2f\\ua67f\\ua717-\\ua71f\\ua788'
const DIRECTED_MARKS = '\\u0cbf\\u0cc6\\u{11a07}\\u{11a08}\\u{11c3f}'
const letters = `[\\p{L}\\p{Mc}\\p{Nd}${DIRECTED_MARKS}\\u05f3\\u05f4\\u06fd\\u06fe\\u0f0b\\u3007]--[\\u{1171e}]`
const marks = `[\\p{Mn}\\u{1171e}]--[${DIRECTED_MARKS}]`
const RIGHT_TO_LEFT = `[[${letters}]&&[${RTL_BLOCKS}]]--[${ARABIC_NUMBER}${EUROPEAN_NUMBER}${NEUTRAL}]`

const IS_BIDI = new RegExp(`[[${RIGHT_TO_LEFT}][${ARABIC_NUMBER}]]`, 'v')
const HAS_RIGHT_TO_LEFT = new RegExp(`[${RIGHT_TO_LEFT}]`, 'v')
const ENDS_IN_RIGHT = new RegExp(`[${RIGHT_TO_LEFT}]$`, 'v')
const STARTS_RIGHT = new RegExp(`^[${RIGHT_TO_LEFT}]`, 'v')
const HAS_LEFT_TO_RIGHT = new RegExp(`[[${letters}]--[${RTL_BLOCKS}${EUROPEAN_NUMBER}${NEUTRAL}]]`, 'v')
const ENDS_RIGHT = new RegExp(`[[${RIGHT_TO_LEFT}][${ARABIC_NUMBER}${EUROPEAN_NUMBER}]][${marks}]*$`, 'v')
const HAS_ARABIC_NUMBER = new RegExp(`[${ARABIC_NUMBER}]`, 'v')
const HAS_EUROPEAN_NUMBER = new RegExp(`[${EUROPEAN_NUMBER}]`, 'v')

/** True also of a string without any right-to-left character, of which the rule says nothing (RFC 8265 §3.3.2). */
export function keepsBidiRule(text: string): boolean {
  if (!IS_BIDI.test(text)) return true
  return (
    STARTS_RIGHT.test(text) &&
    !HAS_LEFT_TO_RIGHT.test(text) &&
    ENDS_RIGHT.test(text) &&
    !(HAS_ARABIC_NUMBER.test(text) && HAS_EUROPEAN_NUMBER.test(text))
  )
}

/** The elder rule (RFC 3454 §6), for SASLprep. Signs that are no letters count as neutral, which a few are not in its tables. */
export function keepsStringprepBidi(text: string): boolean {
  return !HAS_RIGHT_TO_LEFT.test(text) || (STARTS_RIGHT.test(text) && ENDS_IN_RIGHT.test(text) && !HAS_LEFT_TO_RIGHT.test(text))
}
