/** A password as SCRAM sees it: SASLprep (RFC 4013), so that the same password typed on two keyboards is the same. */

/** RFC 3454 B.1: commonly mapped to nothing. */
const NOTHING = /[\u00ad\u1806\u200b-\u200d\u2060\ufeff]|\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]/gu
/** RFC 3454 C.1.2: spaces that are not ASCII. */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu
/** RFC 3454 C.2 to C.9: controls, private use, non-characters, surrogates, and what is wrong in plain text. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2060-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd]|[\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u

/** Undefined for one that SASLprep prohibits, or that is nothing once prepared. */
export function prepare(password: string): string | undefined {
  if (/^[\x20-\x7e]+$/.test(password)) return password
  const prepared = password.replaceAll(NOTHING, '').replaceAll(SPACES, ' ').normalize('NFKC')
  return prepared === '' || PROHIBITED.test(prepared) ? undefined : prepared
}
