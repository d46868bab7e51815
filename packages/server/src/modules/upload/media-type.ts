/** Content types: what may be shown in a browser as it is, and what is only ever saved. */

const TYPE = /^([a-z0-9][\w.+-]{0,63})\/([a-z0-9][\w.+-]{0,63})(?:\s*;\s*[\w.+-]{1,40}=(?:[\w.+-]{1,80}|"[\w.+:/ -]{0,80}"))*$/i
export const UNKNOWN = 'application/octet-stream'

/** Nothing here can hold a script that a browser runs: no HTML, SVG, XML or PDF. */
const SHOWN = new Set([
  ...['apng', 'avif', 'bmp', 'gif', 'heic', 'heif', 'jpeg', 'jxl', 'png', 'webp'].map(name => `image/${name}`),
  ...['aac', 'flac', 'mp4', 'mpeg', 'ogg', 'opus', 'wav', 'webm', 'x-m4a', 'x-wav', '3gpp'].map(name => `audio/${name}`),
  ...['mp4', 'mpeg', 'ogg', 'quicktime', 'webm', 'x-m4v', '3gpp'].map(name => `video/${name}`),
  'text/plain',
])
/** What a browser would run or style if it were let. */
const ACTIVE = /html|xml|svg|script|css|wasm|flash|manifest|^multipart\//i

/** Undefined when it is none. */
export const isMediaType = (text: string): boolean => TYPE.test(text) && text.length <= 200

/** Without parameters, in lower case. */
export const essence = (type: string): string => type.split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** `image/*` and the like. */
export const fits = (type: string, patterns: readonly string[]): boolean =>
  patterns.some(
    pattern => pattern === '*' || pattern === essence(type) || (pattern.endsWith('/*') && essence(type).startsWith(pattern.slice(0, -1))),
  )

/** How a file of this type is given to a browser. */
export function presentation(type: string): { readonly type: string; readonly kind: 'inline' | 'attachment' } {
  const plain = essence(type)
  if (plain === 'text/plain') return { type: 'text/plain; charset=utf-8', kind: 'inline' }
  if (SHOWN.has(plain)) return { type: plain, kind: 'inline' }
  return { type: ACTIVE.test(plain) ? UNKNOWN : plain, kind: 'attachment' }
}
