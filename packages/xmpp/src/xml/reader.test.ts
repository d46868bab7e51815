import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamError, type StreamCondition } from '../stream/errors.ts'
import { parse } from './parse.ts'
import type { RawElement, ReaderLimits, StreamEvent } from './raw.ts'
import { XmlReader } from './reader.ts'

const LIMITS: ReaderLimits = { bytes: 10_000, tag: 1000, depth: 6, elements: 20, attributes: 8 }
const HEADER = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='chat'>`

function eventsOf(chunks: readonly string[], limits: ReaderLimits = LIMITS, framed = false): StreamEvent[] {
  const reader = new XmlReader(limits, { framed })
  const events: StreamEvent[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let event = reader.next(); event; event = reader.next()) events.push(event)
  }
  return events
}

/** The one stanza of a stream that holds nothing else. */
function stanza(text: string): RawElement {
  const [, event] = eventsOf([HEADER + text])
  assert.equal(event?.kind, 'element')
  return event.element
}

function refuses(text: string, condition: StreamCondition, limits = LIMITS): void {
  for (const chunks of [[text], Array.from(text)]) {
    assert.throws(
      () => eventsOf(chunks, limits),
      (error: unknown) => error instanceof StreamError && error.condition === condition,
      `${condition} for ${text}`,
    )
  }
}
const refusesInside = (text: string, condition: StreamCondition, limits = LIMITS): void =>
  refuses(`${HEADER}<message>${text}`, condition, limits)

test('a stream gives its header, its stanzas with their payload as text, and its end', () => {
  const [open, message, close] = eventsOf([
    `<?xml version='1.0'?>${HEADER}\n<message id='1'><body>a &amp; b</body><x xmlns='u'/></message> </stream:stream>`,
  ])
  assert.ok(open?.kind === 'open' && message?.kind === 'element')
  assert.deepEqual(
    [open.prefix, open.content, open.header.name, open.header.attribute('to')],
    ['stream', 'jabber:client', 'stream', 'chat'],
  )
  assert.equal(message.element.payload, `<body>a &amp; b</body><x xmlns='u'/>`)
  assert.deepEqual(
    message.element.children.map(({ ns, name, start, end }) => [ns, name, message.element.payload.slice(start, end)]),
    [
      ['jabber:client', 'body', '<body>a &amp; b</body>'],
      ['u', 'x', `<x xmlns='u'/>`],
    ],
  )
  assert.equal(close?.kind, 'close')
})

test('it does not matter how a stream is cut into chunks', () => {
  const text = `${HEADER}<message to='a'><body>x&#x1F4AC;]]y</body><![CDATA[a]]b]]></message><iq type='get' id="2" /></stream:stream>`
  assert.deepEqual(eventsOf(Array.from(text)), eventsOf([text]))
})

test('a byte at a time costs no more than the bytes', () => {
  const text = `${HEADER}<message><body>${'y'.repeat(500_000)}</body></message>`
  const [, message] = eventsOf(Array.from(text), { ...LIMITS, bytes: 1_000_000 })
  assert.ok(message?.kind === 'element' && message.element.payload.length === 500_013)
})

test('a prefix from outside a payload is written out, so that the payload can stand elsewhere', () => {
  const [, event] = eventsOf([HEADER.replace(' to=', ` xmlns:p='urn:p' to=`), `<message><p:x p:a='1'><y/></p:x></message>`])
  assert.ok(event?.kind === 'element')
  assert.equal(event.element.payload, `<x xmlns='urn:p' xmlns:ns1='urn:p' ns1:a='1'><y xmlns='jabber:client'/></x>`)
})

test('CDATA sections become text, and what looks like markup in them stays text', () => {
  assert.equal(stanza(`<message><body><![CDATA[<b>&]]></body></message>`).payload, '<body>&lt;b&gt;&amp;</body>')
})

test('a default namespace other than the one of clients is carried along', () => {
  const [, event] = eventsOf([
    `<stream xmlns='http://etherx.jabber.org/streams'>`,
    `<c:message xmlns:c='jabber:client'><body/></c:message>`,
  ])
  assert.ok(event?.kind === 'element')
  assert.equal(event.element.payload, `<body xmlns='http://etherx.jabber.org/streams'/>`)
})

test('what XML calls malformed ends the stream as not well-formed', () => {
  for (const text of [
    '<a></b>',
    '<a b>',
    '<a b=c>',
    `<a b='<'>`,
    `<a b='1'c='2'>`,
    `<a b='1' b='2'>`,
    '<1>',
    '<a/ >',
    '<a:b:c/>',
    '<p:a/>',
    '&;',
    '& ',
    '&#0;',
    '&#xD800;',
    ']]>',
    '\u0001',
    '</x>',
    '<a>\ufffe',
  ]) {
    refusesInside(text, 'not-well-formed')
  }
})

test('white space that XML does not know is none', () => {
  refusesInside('<a></a\u00a0>', 'not-well-formed')
  refusesInside('<a></a\ufeff>', 'not-well-formed')
  refuses(`<?xml\u00a0version='1.0'?>`, 'restricted-xml')
  assert.equal(stanza('<message><a></a \r\n></message>').payload, '<a></a \r\n>')
})

test('namespaces are as Namespaces in XML wants them', () => {
  for (const text of [
    `<a xmlns:p=''/>`,
    `<a xmlns:xmlns='u'/>`,
    `<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>`,
    `<a xmlns='http://www.w3.org/2000/xmlns/'/>`,
  ])
    refusesInside(text, 'not-well-formed')
  refusesInside(`<a xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>`, 'not-well-formed')
})

test('comments, processing instructions, document types and entities are not for streams', () => {
  for (const text of ['<!-- -->', '<?pi?>', '<!DOCTYPE a>', '&nbsp;', `<a b='&lol;'/>`, '&averylongnameofanentity;'])
    refusesInside(text, 'restricted-xml')
  refuses(`<!DOCTYPE lolz [<!ENTITY lol 'lol'>]>`, 'restricted-xml')
})

test('between stanzas there is only white space', () => {
  refuses(`${HEADER}hello`, 'bad-format')
  refuses(`hello${HEADER}`, 'not-well-formed')
})

test('another encoding than UTF-8 is refused when it is declared', () =>
  refuses(`<?xml version='1.0' encoding='ISO-8859-1'?>`, 'unsupported-encoding'))

test('every limit ends the stream by policy, however the text comes', () => {
  refusesInside('<a><a><a><a><a><a>', 'policy-violation')
  refusesInside('<a/>'.repeat(20), 'policy-violation')
  refusesInside(`<a ${Array.from({ length: 9 }, (_, i) => `a${i}=''`).join(' ')}/>`, 'policy-violation')
  refusesInside(`<a b='${'x'.repeat(1000)}'/>`, 'policy-violation')
  refusesInside(`${'x'.repeat(10_000)}</message>`, 'policy-violation')
  refusesInside(`${'é'.repeat(5000)}</message>`, 'policy-violation')
})

test('a long namespace under a short prefix does not grow into more than the limit', () => {
  refusesInside(`<x xmlns:p='${'u'.repeat(900)}'>${'<p:a/>'.repeat(15)}</x></message>`, 'policy-violation')
})

test('frames are whole elements of their own', () => {
  const [event] = eventsOf([`<message xmlns='jabber:client'><body>x</body></message>`], LIMITS, true)
  assert.ok(event?.kind === 'element' && event.element.ns === 'jabber:client')
  assert.equal(event.element.payload, '<body>x</body>')
})

test('what was read ahead is forgotten when the stream begins anew inside TLS', () => {
  const reader = new XmlReader(LIMITS)
  reader.push(`${HEADER}<starttls/><iq/>`)
  reader.next()
  reader.next()
  reader.restart({ discard: true })
  assert.equal(reader.rest, '')
  reader.push(HEADER)
  assert.equal(reader.next()?.kind, 'open')
})

test('line ends are read as XML says, and a carriage return given by number stays one', () => {
  const { payload } = stanza(`<message><p:x xmlns:p='u'>a\r\nb\rc&#13;d</p:x></message>`)
  assert.equal(payload, `<x xmlns='u'>a\nb\nc&#13;d</x>`)
  assert.equal(parse(payload).text, 'a\nb\nc\rd')
})
