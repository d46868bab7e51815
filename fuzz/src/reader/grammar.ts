/** Streams as clients write them, and as they should not: mostly right, with every rule of XML broken now and then. */
import type { Random } from '../random.ts'

const NAMES = ['body', 'x', 'a', 'subject', 'iq', 'message', 'presence', 'query', 'item', 'é', 'x-y.z', '_'] as const
const PREFIXES = ['p', 'q', 'stream', 'xml', 'ns1'] as const
const URIS = [
  'jabber:client',
  'u',
  'urn:a',
  'urn:a&amp;b',
  '',
  'http://etherx.jabber.org/streams',
  'urn:&#13;&#9;',
  ' urn:a\n',
  'http://www.w3.org/XML/1998/namespace',
] as const
const WORDS = [
  'hello',
  ' ',
  '\n',
  '&amp;',
  '&lt;',
  '&#xA9;',
  '&#13;',
  '\r\n',
  '\r',
  ']]',
  '>',
  '"',
  "'",
  '💬',
  'é',
  '\u00a0',
  '&#x10FFFF;',
  '\ufeff',
  '\u2028',
  '\ud7ff',
] as const
const ATTRIBUTES = ['to', 'from', 'id', 'type', 'xml:lang', 'p:a', 'q:a', 'a', '__proto__', 'constructor', 'xmlns'] as const
const WRONG = [
  '&lol;',
  '&',
  '&#0;',
  '&#xFFFE;',
  ']]>',
  '<!-- -->',
  '<?pi?>',
  '\u0000',
  '\u0001',
  '<',
  '<!DOCTYPE a>',
  '&#xD800;',
  '\ufffe',
  '<1>',
  '<a b>',
  '</x>',
  '<a:b:c/>',
] as const

const HEADER = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='chat' version='1.0'>`

export function document(random: Random): string {
  const close = random.oneIn(3) ? '</stream:stream>' : ''
  return (declaration(random) + header(random) + random.many(4, () => stanza(random)).join('') + close).toWellFormed()
}

/** One element on its own, as RFC 7395 frames carry it. */
export const frame = (random: Random): string => element(random, 0, ` xmlns='jabber:client'`).toWellFormed()

function declaration(random: Random): string {
  if (!random.oneIn(3)) return ''
  return random.pick([
    `<?xml version='1.0'?>`,
    `<?xml version="1.0" encoding='utf-8' ?>`,
    `<?xml version='1.0' standalone="yes"?>\n`,
    `<?xml version='1.0' encoding='latin1'?>`,
    '<?php ?>',
    ' \n',
  ])
}

function header(random: Random): string {
  if (!random.oneIn(8)) return HEADER
  return random.pick([
    `<stream xmlns='http://etherx.jabber.org/streams'>`,
    `<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns='jabber:client' xmlns:p='urn:outside'>`,
    `<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns:q='u' xml:lang='de'>`,
    '<stream:stream>',
  ])
}

function stanza(random: Random): string {
  if (random.oneIn(6)) return random.pick([' ', '\n', 'text', '', '&amp;', '<![CDATA[ ]]>'])
  return element(random, 0, '')
}

function element(random: Random, depth: number, extra: string): string {
  const prefix = random.oneIn(6) ? `${random.pick(PREFIXES)}:` : ''
  const name = prefix + (depth === 0 ? random.pick(['message', 'iq', 'presence', 'r']) : random.pick(NAMES))
  const start = `<${name}${extra}${random.many(3, () => attribute(random)).join('')}${random.oneIn(8) ? ' ' : ''}`
  if (random.oneIn(4)) return `${start}/>`
  const inside = random.many(depth > 5 ? 1 : 4, () => content(random, depth)).join('')
  return `${start}>${inside}</${name}${random.oneIn(12) ? random.pick([' ', '\n', '\u00a0', '\ufeff']) : ''}>`
}

function content(random: Random, depth: number): string {
  if (random.oneIn(60)) return random.pick(WRONG)
  if (random.oneIn(15)) return `<![CDATA[${random.pick(['', 'a', '<b>', '&', ']]', ']', '\r\n', '\u0002'])}]]>`
  if (random.oneIn(2)) return random.pick(WORDS) + random.pick(WORDS)
  return depth < 10 ? element(random, depth + 1, '') : ''
}

function attribute(random: Random): string {
  const quote = random.pick(["'", '"'])
  const space = random.pick([' ', ' ', ' ', '\n', '  ', ''])
  const equals = random.oneIn(10) ? ' = ' : '='
  if (random.oneIn(4))
    return `${space}xmlns${random.oneIn(2) ? '' : `:${random.pick(PREFIXES)}`}${equals}${quote}${random.pick(URIS)}${quote}`
  const value = random.oneIn(30) ? random.pick(WRONG) : random.many(2, () => random.pick(WORDS)).join('')
  return `${space}${random.pick(ATTRIBUTES)}${equals}${quote}${value.replaceAll(quote, '')}${quote}`
}
