/**
 * The words of a text as search sees them: without accents and case, compatible forms alike (`ﬁ` is `fi`, `ß` is `ss`, the four i of
 * Turkish are one). Scripts without spaces between words, and emoji, give one word a character, so that a phrase finds them anywhere.
 */

const LONGEST_WORD = 64
const LONGEST_TEXT = 65_536

const ASCII_WORD = /[a-z0-9]+/g
/** Marks that are accents or optional vowels, and what is not seen. The vowel signs of Indic scripts and of Thai are letters in all but name. */
const MARKS = new RegExp(
  `[${[
    // Latin, Greek and Cyrillic
    String.raw`\u0300-\u036f`,
    // Hebrew
    String.raw`\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7`,
    // Arabic
    String.raw`\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc`,
    // supplements
    String.raw`\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff`,
    // variation selectors, half marks
    String.raw`\ufe00-\ufe0f\ufe20-\ufe2f`,
    // not seen at all
    String.raw`\u00ad\u200b-\u200d`,
  ].join('')}]`,
  'g',
)
const SPACELESS = String.raw`\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Yiii}`
const WORD = new RegExp(
  String.raw`[[\p{L}\p{M}\p{N}]&&[${SPACELESS}]]|[[\p{L}\p{M}\p{N}]--[${SPACELESS}]]+|\p{Extended_Pictographic}`,
  'gv',
)
/** Letters that Unicode does not take apart, as people type them where their keyboard lacks them. */
const LOOKALIKES: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ħ: 'h', ŋ: 'n', ς: 'σ' }
const LOOKALIKE = /[øłđðþæœħŋς]/g

export type Phrase = readonly string[]

export function wordsOf(text: string): readonly string[] {
  const short = text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text
  // eslint-disable-next-line no-control-regex
  const words = /^[\0-\x7f]*$/.test(short) ? short.toLowerCase().match(ASCII_WORD) : fold(short).match(WORD)
  return words?.map(word => (word.length > LONGEST_WORD ? word.slice(0, LONGEST_WORD) : word)) ?? []
}

/** To upper case and back folds what has no simple pair (ß, ı). */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(MARKS, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(LOOKALIKE, letter => LOOKALIKES[letter] ?? letter)

/** What somebody searches for: all of these must be there. What stands in quotes, or without a space between, stands together. */
export function phrasesIn(search: string): readonly Phrase[] {
  const pieces = search.matchAll(/["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|[^\s"“”„«»]+/gu)
  const phrases = new Map<string, Phrase>()
  for (const [piece, quoted] of pieces) {
    const words = wordsOf(quoted ?? piece)
    if (words.length > 0) phrases.set(words.join(' '), words)
  }
  return [...phrases.values()]
}

export function hasPhrases(words: readonly string[], phrases: readonly Phrase[]): boolean {
  return phrases.every(phrase => words.some((_, at) => phrase.every((word, offset) => words[at + offset] === word)))
}
