/** A file that was sent: as XEP-0447 describes it, or the bare address of XEP-0066. */
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { FileOf } from './message.ts'

const SFS = 'urn:xmpp:sfs:0'
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
    name: (text('name') ?? nameIn(url)).slice(0, 255),
    size: number('size'),
    type: text('media-type')?.slice(0, 100) ?? typeOf(url),
    width: number('width'),
    height: number('height'),
  }
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

const IMAGES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
}
const typeOf = (url: string): string | undefined => IMAGES[/\.(\w+)$/.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? '']

/** Pictures that are shown in place. SVG is a program, and is not. */
export const isPicture = ({ type }: FileOf): boolean => type !== undefined && /^image\/(?:png|jpeg|gif|webp|avif)$/.test(type)

export function fileElements({ url, name, size, type, width, height }: FileOf): readonly Element[] {
  const part = (label: string, value: string | number | undefined): readonly Element[] =>
    value === undefined ? [] : [new Element(METADATA, label, {}, [String(value)])]
  const about = [
    ...part('media-type', type),
    ...part('name', name),
    ...part('size', size),
    ...part('width', width),
    ...part('height', height),
  ]
  return [
    new Element(SFS, 'file-sharing', { disposition: 'inline' }, [
      new Element(METADATA, 'file', {}, about),
      new Element(SFS, 'sources', {}, [new Element(URL_DATA, 'url-data', { target: url })]),
    ]),
    new Element(OOB, 'x', {}, [new Element(OOB, 'url', {}, [url])]),
  ]
}
