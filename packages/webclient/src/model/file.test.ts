import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { fileElements, fileIn, kindOf } from './file.ts'

const FILE = {
  url: 'https://upload.chat.cam.ac.uk/upload/x/summit.jpg',
  name: 'summit.jpg',
  size: 3_032_449,
  type: 'image/jpeg',
  width: 4096,
  height: 2160,
  about: 'Photo from the summit.',
  length: undefined,
}
const message = (...children: readonly Element[]): Element => new Element(CLIENT, 'message', {}, children)
const oob = (url: string): Element => message(new Element('jabber:x:oob', 'x', {}, [new Element('jabber:x:oob', 'url', {}, [url])]))

test('a file is described as it was (XEP-0447, XEP-0446)', () => {
  assert.deepEqual(fileIn(message(...fileElements(FILE))), FILE)
  const voice = { ...FILE, type: 'audio/webm', length: 63_000, width: undefined, height: undefined, about: undefined }
  assert.deepEqual(fileIn(message(...fileElements(voice))), voice)
})

test('a bare address (XEP-0066) says by its ending what it is', () => {
  assert.deepEqual(fileIn(oob('https://x.example/a/Caf%C3%A9.PNG')), {
    url: 'https://x.example/a/Caf%C3%A9.PNG',
    name: 'Café.PNG',
    type: 'image/png',
    size: undefined,
    width: undefined,
    height: undefined,
    about: undefined,
    length: undefined,
  })
  assert.equal(fileIn(oob('https://x.example/constructor.constructor'))?.type, undefined)
})

test('only what comes over TLS, and without anybody’s password, is a file', () => {
  for (const url of [
    'http://x.example/a',
    'javascript:alert(1)',
    'data:text/html,<script>',
    'https://a:b@x.example/',
    'aesgcm://x.example/a',
    '/a',
    '',
  ])
    assert.equal(fileIn(oob(url)), undefined, url)
})

test('a name is a name: no path, and it reads in the order that it has', () => {
  const named = (name: string): string | undefined => fileIn(message(...fileElements({ ...FILE, name })))?.name
  assert.equal(named('../../etc/passwd'), 'passwd')
  assert.equal(named('C:\\temp\\x.txt'), 'x.txt')
  assert.equal(named('photo\u202Egpj.exe'), 'photogpj.exe')
  assert.equal(named('\u202E'), 'file')
  assert.ok((named('x'.repeat(5000)) ?? '').length <= 255)
})

test('what could run is never shown in its place', () => {
  for (const type of [
    'image/svg+xml',
    'text/html',
    'application/pdf',
    'application/xhtml+xml',
    'image/svg',
    'text/plain',
    'audio/x-unknown',
    'constructor/x',
    undefined,
  ])
    assert.equal(kindOf({ type }), 'other', type)
  assert.deepEqual(
    ['image/png', 'IMAGE/JPEG', 'audio/webm;codecs=opus', 'video/mp4'].map(type => kindOf({ type })),
    ['picture', 'picture', 'sound', 'film'],
  )
})

test('numbers are numbers, or unknown', () => {
  const lying = new Element(CLIENT, 'message', {}, [
    new Element('urn:xmpp:sfs:0', 'file-sharing', {}, [
      new Element('urn:xmpp:file:metadata:0', 'file', {}, [
        new Element('urn:xmpp:file:metadata:0', 'width', {}, ['-1']),
        new Element('urn:xmpp:file:metadata:0', 'height', {}, ['1e9']),
        new Element('urn:xmpp:file:metadata:0', 'size', {}, ['Infinity']),
      ]),
      new Element('urn:xmpp:sfs:0', 'sources', {}, [
        new Element('http://jabber.org/protocol/url-data', 'url-data', { target: 'https://x.example/a' }),
      ]),
    ]),
  ])
  const { width, height, size } = fileIn(lying) ?? {}
  assert.deepEqual([width, height, size], [undefined, undefined, undefined])
})
