/** How large a picture is shown, which is known before it is there. */
import type { FileOf } from '../../model/message.ts'

const WIDEST = 420
const TALLEST = 320
const LEAST = 48
/** Where nobody said how large it is. */
const USUAL = { width: 320, height: 240 }

/** Its own proportions, however large it says that it is; within bounds, whatever it says. */
export function boxOf({ width, height }: Pick<FileOf, 'width' | 'height'>): { readonly width: number; readonly height: number } {
  if (!width || !height) return USUAL
  const scale = Math.min(1, WIDEST / width, TALLEST / height)
  const fit = (side: number, most: number): number => Math.round(Math.min(most, Math.max(LEAST, side * scale)))
  return { width: fit(width, WIDEST), height: fit(height, TALLEST) }
}
