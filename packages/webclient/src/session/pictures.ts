/**
 * A picture before it goes out: how large it is, so that nothing jumps where it is shown. A photograph is drawn anew, so that neither where and when
 * it was taken nor what with goes along (Exif), and no larger than a screen; of other pictures what they say besides is left out.
 */
import { withoutMetadata } from '../model/metadata.ts'

interface Prepared {
  readonly file: File
  readonly width: number | undefined
  readonly height: number | undefined
}

const MOST_SIDE = 2560
const QUALITY = 0.86
const LARGEST = 67_108_864
/** What cameras make. Not every browser knows the latter two. */
const PHOTOGRAPHS = new Set(['image/jpeg', 'image/heic', 'image/heif'])
const PICTURES = new Set(['image/png', 'image/webp', 'image/gif', 'image/avif'])

export async function prepared(file: File): Promise<Prepared> {
  const isPhotograph = PHOTOGRAPHS.has(file.type)
  const asItIs = { file, width: undefined, height: undefined }
  if ((!isPhotograph && !PICTURES.has(file.type)) || file.size > LARGEST) return asItIs
  const bitmap = await createImageBitmap(file).catch(() => undefined)
  if (!bitmap) return asItIs
  const { width, height } = bitmap
  try {
    return isPhotograph ? await drawn(bitmap, file) : { file: await bare(file), width, height }
  } finally {
    bitmap.close()
  }
}

async function drawn(bitmap: ImageBitmap, { name, lastModified }: File): Promise<Prepared> {
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [bitmap.width, bitmap.height].map(side => Math.max(1, Math.round(side * scale))) as [number, number]
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY })
  return { file: new File([blob], name.replace(/\.hei[cf]$/i, '.jpg'), { type: 'image/jpeg', lastModified }), width, height }
}

async function bare(file: File): Promise<File> {
  const bytes = withoutMetadata(new Uint8Array(await file.arrayBuffer()))
  return bytes ? new File([bytes], file.name, { type: file.type, lastModified: file.lastModified }) : file
}
