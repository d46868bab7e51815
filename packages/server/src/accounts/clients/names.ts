/** What a client says it is called, fit to be shown: one line, bounded, with nothing in it that could hide or turn around other words. */

const MOST_CHARACTERS = 64
/** Controls, and what changes the direction of text or is not seen at all. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu

/** Undefined when nothing is left. */
export function readName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const seen = text.slice(0, 1024).toWellFormed().replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim()
  return Array.from(seen).slice(0, MOST_CHARACTERS).join('').trim() || undefined
}
