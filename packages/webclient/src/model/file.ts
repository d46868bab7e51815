/** A file that was sent: as XEP-0447 describes it, or the bare address of XEP-0066. */
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { FileOf } from './message.ts'
import { shown } from './names.ts'

export const SFS = 'urn:xmpp:sfs:0'
const METADATA = 'urn:xmpp:file:metadata:0'
const URL_DATA = 'http://jabber.org/protocol/url-data'
const OOB = 'jabber:x:oob'

export function fileIn(stanza: Element): FileOf | undefined {
  const sharing = stanza.child(SFS, 'file-sharing')
  const about = sharing?.child(METADATA, 'file')
  const address =
    sharing?.child(SFS, 'sources')?.child(URL_DATA, 'url-data')?.attributes['target'] ?? stanza.child(OOB, 'x')?.child(OOB, 'url')?.text
  const url = address === undefined ? undefined : safeUrl(address)
  if (url === undefined) return undefined
  const text = (name: string): string | undefined => about?.child(METADATA, name)?.text
  const number = (name: string): number | undefined => {
    const value = text(name)
    return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined
  }
  return {
    url,
    name: fileName(text('name') ?? nameIn(url)),
    size: number('size'),
    type: text('media-type')?.slice(0, 100) ?? typeOf(url),
    width: number('width'),
    height: number('height'),
    about: described(text('desc')),
    length: number('length'),
  }
}

const MOST_NAME = 255
const MOST_ABOUT = 1000

/** XEP-0446 § Security Considerations: a name, never a path; and what its ending looks like is what it is. */
const fileName = (text: string): string => shown(text.split(/[/\\]/).at(-1) ?? '', MOST_NAME) || 'file'

function described(text: string | undefined): string | undefined {
  const words = shown(text ?? '', MOST_ABOUT)
  return words === '' ? undefined : words
}

/** Only what a browser fetches over TLS, and never with a name and password in it. */
function safeUrl(text: string): string | undefined {
  if (!URL.canParse(text) || text.length > 4096) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined
}

function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  weba: 'audio/webm',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  webm: 'video/webm',
}
const typeOf = (url: string): string | undefined => TYPES[/\.(\w{1,5})$/.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? '']

/** How a file is shown in its place. SVG, HTML and PDF are programs, and are only ever saved. */
export function kindOf({ type }: Pick<FileOf, 'type'>): 'picture' | 'sound' | 'film' | 'other' {
  const [, family, name = ''] = /^(image|audio|video)\/([\w.+-]+)/i.exec(type ?? '') ?? []
  if (family === undefined || !SHOWN[family.toLowerCase()]?.has(name.toLowerCase())) return 'other'
  return ({ image: 'picture', audio: 'sound', video: 'film' } as const)[family.toLowerCase()] ?? 'other'
}

const SHOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  image: new Set(['png', 'jpeg', 'gif', 'webp', 'avif']),
  audio: new Set(['mpeg', 'mp4', 'aac', 'ogg', 'opus', 'webm', 'wav', 'x-wav', 'flac', 'x-m4a']),
  video: new Set(['mp4', 'webm', 'ogg']),
}

export function fileElements({ url, name, size, type, width, height, about, length }: FileOf): readonly Element[] {
  const part = (label: string, value: string | number | undefined): readonly Element[] =>
    value === undefined ? [] : [new Element(METADATA, label, {}, [String(value)])]
  const metadata = [
    ...part('media-type', type),
    ...part('name', name),
    ...part('size', size),
    ...part('width', width),
    ...part('height', height),
    ...part('length', length),
    ...part('desc', about),
  ]
  const disposition = kindOf({ type }) === 'other' ? 'attachment' : 'inline'
  return [
    new Element(SFS, 'file-sharing', { disposition }, [
      new Element(METADATA, 'file', {}, metadata),
      new Element(SFS, 'sources', {}, [new Element(URL_DATA, 'url-data', { target: url })]),
    ]),
    new Element(OOB, 'x', {}, [new Element(OOB, 'url', {}, [url])]),
  ]
}
