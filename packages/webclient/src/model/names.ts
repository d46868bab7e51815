/**
 * Names as they are shown: of people, rooms and files. Whoever gives one may want it to look like another: what turns the order of letters round,
 * what nobody sees, and towers of accents are left out (Unicode TR36, TR39).
 */

/** But for the joiners that emoji and Persian need, and the mark of an emoji. */
const UNSEEN = /(?!\u200c|\u200d|\ufe0f)[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu
/** A letter has two or three marks in some languages, never ten. */
const TOWER = /(\p{M}{4})\p{M}+/gu

/** In one line, at most so many characters; empty when nothing is left. */
export function shown(text: string, most = 100): string {
  const line = text.toWellFormed().replace(/\s+/g, ' ').replace(UNSEEN, '').replace(TOWER, '$1').trim()
  if (line.length <= most) return line
  const points = Array.from(line)
  return points.length <= most ? line : `${points.slice(0, most - 1).join('')}…`
}
