/** How well a few letters fit a name: without case and accents, `olib` finds “Old Library”. */

/** 0 is not at all; 4 is its beginning. */
export type Fit = 0 | 1 | 2 | 3 | 4

const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

export function fitOf(name: string, sought: string): Fit {
  const [text, letters] = [folded(name), folded(sought)]
  if (text.startsWith(letters)) return 4
  const words = letters.split(/\s+/).filter(Boolean)
  if (words.every(word => startsAWord(text, word))) return 3
  if (words.every(word => text.includes(word))) return 2
  return isScattered(text, letters.replaceAll(/\s/g, '')) ? 1 : 0
}

const startsAWord = (text: string, word: string): boolean => text.split(/[^\p{L}\p{N}]+/u).some(one => one.startsWith(word))

/** All letters in order, the first at the beginning of a word. */
function isScattered(text: string, letters: string): boolean {
  if (letters.length < 2 || !startsAWord(text, letters.slice(0, 1))) return false
  let at = -1
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1)
    if (at < 0) return false
  }
  return text.length < 40
}
