/**
 * SASLprep (RFC 4013), which SCRAM asks of names and passwords (RFC 5802 §5.1, §2.2): so the same password gives the same keys here and
 * in every client. It is the elder of RFC 8265's OpaqueString (`jid/precis.ts`), and another mapping: compatibility forms become one
 * (`ª` is `a`), what cannot be seen goes away, text of two directions is refused.
 *
 * Unicode 3.2 made its tables; these are the properties of today, so that letters and emoji that came later may be in a password,
 * as RFC 3454 §7 allows in a query. What Unicode 3.2 knew is mapped the same, but for
 * five ideographs whose compatibility forms were wrong then.
 */
import { keepsStringprepBidi } from '../jid/bidi.ts'

const LONGEST = 4096
/** Nothing needs preparing here, and most passwords are of this kind. */
const PLAIN = /^[\x20-\x7e]*$/

// RFC 3454 C.1.2, and B.1.
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu
const NOTHING = /[\u200c\u200d]|[\ufe00-\ufe0f\u034f\u180b-\u180d\u1806\u00ad\u2060\ufeff]/gu

/** RFC 4013 §2.3; all of C.2, C.3, C.4, C.5, C.6, C.7, C.8 and C.9, and what Unicode has not assigned. */
const PROHIBITED =
  /[\u{340}\u{341}\p{Cc}\p{Co}\p{Cs}\p{Cn}\u06dd\u070f\u180e\u2028\u2029\u2061-\u2063\u206a-\u206f\ufff9-\ufffd\u{1d173}-\u{1d17a}\u2ff0-\u2ffb\u200e\u200f\u202a-\u202e\u{e0001}\u{e0020}-\u{e007f}]/u

/** Undefined for what may not be a name or a password; the empty text stays empty (RFC 5802 leaves judging it to its user). */
export function saslprep(text: string): string | undefined {
  if (text.length > LONGEST) return undefined
  if (PLAIN.test(text)) return text
  const mapped = text.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC')
  return PROHIBITED.test(mapped) || !keepsStringprepBidi(mapped) ? undefined : mapped
}
