/**
 * What a page says of itself in its head: its title, a sentence about it, the site's name. One pass over the text, forward only: whatever the
 * page is, the work is in proportion to its size, and what comes out is plain text that is short.
 */
import { textOf } from './entities.ts'

export interface PageWords {
  readonly title: string
  readonly description: string
  readonly site: string
}

const MOST = { title: 200, description: 300, site: 60 } as const
const MOST_TAG = 4096
const MOST_ATTRIBUTES = 16
/** What is in these is no markup, up to their end (HTML §13.2.5.1). */
const RAW = new Set(['script', 'style', 'noscript', 'template', 'textarea', 'iframe', 'noframes', 'xmp'])

/** Undefined when it has no title of any kind. */
export function wordsOf(html: string): PageWords | undefined {
  const said = new Map<string, string>()
  const say = (name: string, text: string): void => void (said.has(name) || text.trim() === '' || said.set(name, text))
  for (const { name, attributes, text } of tagsOfHead(html)) {
    if (name === 'title') say('title', text)
    // Open Graph has it in `property`; pages have it in `name` too.
    const what = (attributes.get('property') ?? attributes.get('name') ?? '').trim().toLowerCase()
    if (name === 'meta' && KNOWN.has(what)) say(what, attributes.get('content') ?? '')
  }
  const first = (...names: readonly string[]): string => names.map(name => said.get(name)).find(text => text !== undefined) ?? ''
  const title = plain(first('og:title', 'twitter:title', 'title'), MOST.title)
  if (title === '') return undefined
  return {
    title,
    description: plain(first('og:description', 'twitter:description', 'description'), MOST.description),
    site: plain(first('og:site_name'), MOST.site),
  }
}

const KNOWN = new Set(['og:title', 'twitter:title', 'og:description', 'twitter:description', 'description', 'og:site_name'])

/** What pages are written in, by what the header or they themselves say; UTF-8 otherwise. */
export function decode(body: Buffer, type: string): string {
  const start = body.subarray(0, 2048).toString('latin1')
  const label = /;\s*charset="?([\w:.-]{1,40})/i.exec(type)?.[1] ?? /<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]{1,40})/i.exec(start)?.[1]
  try {
    return new TextDecoder(label ?? 'utf-8').decode(body)
  } catch {
    return new TextDecoder().decode(body)
  }
}

interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** Of a title. */
  readonly text: string
}

function* tagsOfHead(html: string): Generator<Tag> {
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      at = after(html, '-->', at + 4)
      continue
    }
    const name = /^[a-z][a-z0-9]{0,20}/i.exec(html.slice(at + 1, at + 22))?.[0].toLowerCase()
    if (name === undefined) {
      at += 1
      continue
    }
    if (name === 'body') return
    const attributes = new Map<string, string>()
    at = readAttributes(html, at + 1 + name.length, attributes)
    if (name === 'title') {
      const end = endOf(html, 'title', at)
      yield { name, attributes, text: html.slice(at, Math.min(end, at + MOST_TAG)) }
      at = end
    } else if (RAW.has(name)) at = endOf(html, name, at)
    else yield { name, attributes, text: '' }
  }
}

function after(html: string, what: string, from: number): number {
  const found = html.indexOf(what, from)
  return found < 0 ? html.length : found + what.length
}

/** Where `</name` is, in any case; the end of the page when it is nowhere. */
function endOf(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}`, 'gi')
  pattern.lastIndex = from
  return pattern.exec(html)?.index ?? html.length
}

const ATTRIBUTE = /[\s/]*([^\s"'>/=]{1,60})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/y

/** Gives where the tag ends. One that is longer than a tag has reason to be is passed over. */
function readAttributes(html: string, from: number, attributes: Map<string, string>): number {
  const tag = html.slice(from, from + MOST_TAG)
  const pattern = new RegExp(ATTRIBUTE)
  let at = 0
  for (let found = pattern.exec(tag); found && attributes.size < MOST_ATTRIBUTES; found = pattern.exec(tag)) {
    const [, name = '', double, single, bare] = found
    at = pattern.lastIndex
    if (!attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), double ?? single ?? bare ?? '')
  }
  const end = tag.indexOf('>', at)
  return end < 0 ? from + Math.max(at, 1) : from + end + 1
}

// oxlint-disable-next-line no-control-regex -- Controls, and marks that show a text in another order than it has (Unicode TR36).
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

function plain(text: string, most: number): string {
  const words = textOf(text.slice(0, MOST_TAG)).replace(UNFIT, ' ').replace(/\s+/g, ' ').trim()
  const points = Array.from(words)
  return points.length <= most
    ? words
    : `${points
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}
