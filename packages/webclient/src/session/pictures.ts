/**
 * A picture before it goes out: how large it is, so that nothing jumps where it is shown. A photograph is drawn anew, so that neither where and when
 * it was taken nor what with goes along (Exif), and no larger than a screen. What is not understood goes as it is.
 */

export interface Prepared {
  readonly file: File
  readonly width: number | undefined
  readonly height: number | undefined
}

const MOST_SIDE = 2560
const QUALITY = 0.86
const LARGEST = 67_108_864
const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'])

export async function prepared(file: File): Promise<Prepared> {
  const as = { file, width: undefined, height: undefined }
  if (!PICTURES.has(file.type) || file.size > LARGEST) return as
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file)
  } catch {
    return as
  }
  try {
    const { width, height } = bitmap
    if (file.type !== 'image/jpeg') return { file, width, height }
    return (await drawn(bitmap, file)) ?? { file, width, height }
  } finally {
    bitmap.close()
  }
}

async function drawn(bitmap: ImageBitmap, { name, lastModified }: File): Promise<Prepared | undefined> {
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))]
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) return undefined
  context.drawImage(bitmap, 0, 0, width, height)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
  return { file: new File([blob], name, { type: 'image/jpeg', lastModified }), width, height }
}
