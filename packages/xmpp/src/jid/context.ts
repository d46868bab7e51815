/**
 * The code points that are right in some surroundings only (RFC 5892 appendix A). Everything comes from Unicode properties but the joining
 * types, of which there is a table for Arabic and Syriac (Unicode 14): a zero-width non-joiner between letters of another cursive script
 * is refused where a full table would allow it.
 */
const OUT_OF_PLACE: readonly RegExp[] = [
  /(?<!l)\u00b7|\u00b7(?!l)/u, // A.3 the middle dot of Catalan
  /\u0375(?!\p{Script=Greek})/u, // A.4 keraia
  /(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u, // A.5, A.6 geresh, gershayim
]
const KATAKANA_DOT = '\u30fb'
const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u
const ARABIC_DIGIT = /[\u0660-\u0669]/u
const EXTENDED_ARABIC_DIGIT = /[\u06f0-\u06f9]/u
const ZWNJ = '\u200c'
const JOINERS = /[\u200c\u200d]/gu

const DUAL_JOINING =
  '\\u0620\\u0626\\u0628\\u062a-\\u062e\\u0633-\\u063f\\u0641-\\u0647\\u0649\\u064a\\u066e\\u066f\\u0678-\\u0687\\u069a-\\u06bf\\u06c1\\u06c2' +
  '\\u06cc\\u06ce\\u06d0\\u06d1\\u06fa-\\u06fc\\u06ff\\u0712-\\u0714\\u071a-\\u071d\\u071f-\\u0727\\u0729\\u072b\\u072d\\u072e\\u074e-\\u0758' +
  '\\u075c-\\u076a\\u076d-\\u0770\\u0772\\u0775-\\u0777\\u077a-\\u077f\\u0860\\u0862-\\u0865\\u0868\\u0886\\u0889-\\u088d\\u08a0-\\u08a9\\u08af' +
  '\\u08b0\\u08b3-\\u08b8\\u08ba-\\u08c8'
const RIGHT_JOINING =
  '\\u0622-\\u0625\\u0627\\u0629\\u062f-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677\\u0688-\\u0699\\u06c0\\u06c3-\\u06cb\\u06cd\\u06cf\\u06d2\\u06d3' +
  '\\u06d5\\u06ee\\u06ef\\u0710\\u0715-\\u0719\\u071e\\u0728\\u072a\\u072c\\u072f\\u074d\\u0759-\\u075b\\u076b\\u076c\\u0771\\u0773\\u0774\\u0778' +
  '\\u0779\\u0867\\u0869\\u086a\\u0870-\\u0882\\u088e\\u08aa-\\u08ac\\u08ae\\u08b1\\u08b2\\u08b9'
// Sticky and anchored, with marks that no joiner is: each mark is looked at once.
const ENDS_JOINED = new RegExp(`[${DUAL_JOINING}][\\p{Mn}\\p{Me}]*$`, 'u')
const GOES_ON_JOINED = new RegExp(`^[\\p{Mn}\\p{Me}]*[${DUAL_JOINING}${RIGHT_JOINING}]`, 'u')

export function keepsContextRules(text: string): boolean {
  if (OUT_OF_PLACE.some(rule => rule.test(text))) return false
  if (text.includes(KATAKANA_DOT) && !JAPANESE.test(text)) return false // A.7
  if (ARABIC_DIGIT.test(text) && EXTENDED_ARABIC_DIGIT.test(text)) return false // A.8, A.9
  return keepsJoinersInPlace(text)
}

/** A.1, A.2: after a virama; the non-joiner also where it parts two letters that would join. */
function keepsJoinersInPlace(text: string): boolean {
  let start = 0
  for (const { 0: joiner, index } of text.matchAll(JOINERS)) {
    const before = text.slice(start, index)
    start = index + 1
    if (endsInVirama(before)) continue
    const next = text.slice(start).search(JOINERS)
    const after = next < 0 ? text.slice(start) : text.slice(start, start + next)
    if (joiner !== ZWNJ || !ENDS_JOINED.test(before) || !GOES_ON_JOINED.test(after)) return false
  }
  return true
}

/** Canonical combining class 9 has no property escape, but canonical order shows it: between U+3099 (class 8) and U+05B0 (class 10). */
function endsInVirama(text: string): boolean {
  const mark = /\p{Mn}$|\p{Mc}$/u.exec(text)?.[0]
  return mark !== undefined && areSwapped('\u05b0', mark) && areSwapped(mark, '\u3099')
}

function areSwapped(first: string, second: string): boolean {
  return first !== second && (first + second).normalize('NFD') === second + first
}
