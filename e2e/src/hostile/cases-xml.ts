/** XML that is unfinished, malformed, too much, forbidden or wrongly encoded (RFC 6120 §4.9.3, §11). */
import type { Case } from './case.ts'

const MALFORMED = { stream: 'not-well-formed' } as const
const RESTRICTED = { stream: 'restricted-xml' } as const
const POLICY = { stream: 'policy-violation' } as const
const ENCODING = { stream: 'unsupported-encoding' } as const

const HEAD = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>`
const LAUGHS = `<!DOCTYPE lolz [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>`
const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))
const inBody = (...parts: readonly (string | number)[]): Uint8Array => bytes('<message><body>', ...parts, '</body></message>')

const bound = (name: string, send: Case['send'], expect: Case['expect']): Case => ({ name, stage: 'bound', send, expect })
const connected = (name: string, send: Case['send'], expect: Case['expect']): Case => ({ name, stage: 'connected', send, expect })

export const headerCases: readonly Case[] = [
  connected('text instead of a header', 'HELO example.org\r\n', MALFORMED),
  connected('HTTP instead of a header', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', MALFORMED),
  connected('random bytes', bytes(0, 1, 2, 0xfe, 0xff), ENCODING),
  connected('a stanza instead of a header', `<message xmlns='jabber:client'/>`, { stream: 'bad-format' }),
  connected('another namespace of the stream', HEAD.replace('etherx', 'example'), { stream: 'invalid-namespace' }),
  connected('another namespace of the stanzas', HEAD.replace('jabber:client', 'jabber:nobody'), { stream: 'invalid-namespace' }),
  connected('another prefix of the stream', HEAD.replaceAll('stream:stream', 's:stream').replace('xmlns:stream', 'xmlns:s'), {
    stream: 'bad-namespace-prefix',
  }),
  connected('an undeclared prefix of the stream', `<stream:stream xmlns='jabber:client' to='localhost' version='1.0'>`, MALFORMED),
  connected('another name of the stream', HEAD.replace('<stream:stream', '<stream:river'), { stream: 'bad-format' }),
  connected('another host', HEAD.replace(`'localhost'`, `'elsewhere.example'`), { stream: 'host-unknown' }),
  connected('no version', HEAD.replace(` version='1.0'>`, '>'), { stream: 'unsupported-version' }),
  connected('version 0.9', HEAD.replace(` version='1.0'>`, ` version='0.9'>`), { stream: 'unsupported-version' }),
  connected('a declared encoding that is not UTF-8', HEAD.replace(`'1.0'?>`, `'1.0' encoding='ISO-8859-1'?>`), ENCODING),
  connected('UTF-16 with a byte order mark', Buffer.from(`\ufeff${HEAD}`, 'utf16le'), ENCODING),
  connected('UTF-16 without one', Buffer.from(HEAD, 'utf16le'), MALFORMED),
  connected('a document type', `<!DOCTYPE stream>${HEAD}`, RESTRICTED),
  connected('a billion laughs', LAUGHS + HEAD, RESTRICTED),
  connected('a comment before the header', `<!-- hello -->${HEAD}`, RESTRICTED),
  connected('a processing instruction before the header', `<?php phpinfo() ?>${HEAD}`, RESTRICTED),
  connected('a header with a thousand attributes', HEAD.replace('>', Array.from({ length: 1000 }, (_, i) => ` a${i}=''`).join('')), {
    stream: 'not-well-formed',
  }),
  connected('a header without end', HEAD.slice(0, -1) + ` a='${'x'.repeat(100_000)}`, POLICY),
  connected('white space without end, then text', `${' '.repeat(100_000)}x`, MALFORMED),
]

export const malformedCases: readonly Case[] = [
  bound('a tag closed by another name', '<message><body></message>', MALFORMED),
  bound('an end tag too many', '<message/></message>', MALFORMED),
  bound('an attribute without quotes', '<message to=romeo/>', MALFORMED),
  bound('an attribute twice', `<message to='a' to='b'/>`, MALFORMED),
  bound('one attribute under two prefixes', `<message xmlns:a='u' xmlns:b='u' a:x='' b:x=''/>`, MALFORMED),
  bound('a < in an attribute', `<message to='<'/>`, MALFORMED),
  bound('an undeclared prefix of an element', '<message><p:body/></message>', MALFORMED),
  bound('an undeclared prefix of an attribute', `<message p:to='a'/>`, MALFORMED),
  bound('a prefix undeclared', `<message xmlns:p=''/>`, MALFORMED),
  bound('the namespace of xml under another prefix', `<message xmlns:p='http://www.w3.org/XML/1998/namespace'/>`, MALFORMED),
  bound('a name that is none', '<1message/>', MALFORMED),
  bound('an ampersand alone', '<message><body>a & b</body></message>', MALFORMED),
  bound('a reference to no character', '<message><body>&#0;</body></message>', MALFORMED),
  bound('a reference to half a character', '<message><body>&#xD800;</body></message>', MALFORMED),
  bound('the end of a CDATA section in text', '<message><body>]]></body></message>', MALFORMED),
  bound('a control character', '<message><body>\u0007</body></message>', MALFORMED),
  bound('a null byte', inBody(0), MALFORMED),
  bound('U+FFFE', '<message><body>\ufffe</body></message>', MALFORMED),
  bound('a white space that XML does not know', '<message></message\u00a0>', MALFORMED),
  bound('a comment', '<message><!-- --></message>', RESTRICTED),
  bound('a processing instruction', '<message><?pi?></message>', RESTRICTED),
  bound('a document type', '<!DOCTYPE message>', RESTRICTED),
  bound('an entity of HTML', '<message><body>&nbsp;</body></message>', RESTRICTED),
  bound('an entity in an attribute', `<message to='&lol;'/>`, RESTRICTED),
  bound('an XML declaration in the middle', `<?xml version='1.0'?>`, RESTRICTED),
  bound('text between stanzas', '<presence/>hello', [{ element: 'presence' }, { stream: 'bad-format' }]),
  bound('a second header', HEAD.slice(HEAD.indexOf('<stream')) + `</stream:stream>`, { stream: 'unsupported-stanza-type' }),
]

export const encodingCases: readonly Case[] = [
  bound('Latin-1', inBody('Gr', 0xfc, 0xdf, 'e'), ENCODING),
  bound('an overlong slash', inBody(0xc0, 0xaf), ENCODING),
  bound('an overlong null', inBody(0xc0, 0x80), ENCODING),
  bound('a surrogate in UTF-8', inBody(0xed, 0xa0, 0x80), ENCODING),
  bound('beyond U+10FFFF', inBody(0xf4, 0x90, 0x80, 0x80), ENCODING),
  bound('a continuation byte alone', inBody(0x80), ENCODING),
  bound('a character cut short', inBody(0xe2, 0x82), ENCODING),
  bound('a character cut short at the end of a packet', [bytes('<message><body>', 0xe2, 0x82), 'x</body></message>'], ENCODING),
  bound('UTF-16', Buffer.from('<message/>', 'utf16le'), MALFORMED),
]

export const tooMuchCases: readonly Case[] = [
  bound('nested a thousand deep', '<a>'.repeat(1000).replace('<a>', '<message>'), POLICY),
  bound('a hundred thousand elements', `<message>${'<a/>'.repeat(100_000)}</message>`, POLICY),
  bound('a thousand attributes', `<message ${Array.from({ length: 1000 }, (_, i) => `a${i}=''`).join(' ')}/>`, POLICY),
  bound('an attribute of a megabyte', `<message id='${'x'.repeat(1_000_000)}'/>`, POLICY),
  bound('a body of a megabyte', `<message><body>${'x'.repeat(1_000_000)}</body></message>`, POLICY),
  bound('a body without end', `<message><body>${'x'.repeat(1_000_000)}`, POLICY),
  bound('a namespace that grows', `<message xmlns:p='${'u'.repeat(10_000)}'>${'<x><p:a/></x>'.repeat(1500)}</message>`, POLICY),
  {
    name: 'much before log-in',
    stage: 'secure',
    send: `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${'A'.repeat(100_000)}</auth>`,
    expect: POLICY,
  },
]
