import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamError } from '../stream/errors.ts'
import { Element, write } from './element.ts'
import { escape, escapeAttribute, unescape } from './escape.ts'
import { parse } from './parse.ts'

test('text becomes a tree, with namespaces and without prefixes', () => {
  const tree = parse(`<x xmlns='u' xmlns:p='v' a="1 &amp; 2" p:b='3' xml:lang='de'>one<p:y/>two<![CDATA[<]]></x>`)
  assert.deepEqual(
    [tree.ns, tree.name, tree.text, { ...tree.attributes }],
    ['u', 'x', 'onetwo<', { a: '1 & 2', '{v}b': '3', 'xml:lang': 'de' }],
  )
  assert.ok(tree.child('v', 'y'))
})

test('an element that is written is read again as the same', () => {
  const element = new Element('u', 'x', { a: `'"<&>\n`, '{v}b': '1', 'xml:lang': 'en', constructor: 'c' }, [
    'a\r\n<&',
    new Element('', 'y', {}, [new Element('u', 'z')]),
    new Element('http://www.w3.org/XML/1998/namespace', 'w', {}, [new Element('u', 'v')]),
  ])
  assert.deepEqual(parse(write(element, '')), element)
  assert.deepEqual(parse(write(element, 'u'), 'u'), element)
})

test('an attribute is kept whatever its name', () => assert.equal(write(parse(`<a __proto__='1'/>`), ''), `<a __proto__='1'/>`))

test('what inherits its namespace is written without one', () => {
  assert.equal(write(parse(`<body>hi</body>`, 'jabber:client'), 'jabber:client'), '<body>hi</body>')
  assert.equal(write(parse(`<body>hi</body>`, 'jabber:client'), ''), `<body xmlns='jabber:client'>hi</body>`)
})

test('reading begins where it is told to, and stops where the element ends', () => {
  const text = '<a/><b>x</b><c/>'
  assert.equal(parse(text, '', 4).text, 'x')
})

test('text that is no element is refused', () => {
  for (const text of [
    '',
    'x',
    '<a',
    '<a>',
    '<a></b>',
    '<a></a\u00a0>',
    '<p:a/>',
    '<a><![CDATA[',
    `<a xmlns:p='u' xmlns:q='u' p:a='' q:a=''/>`,
  ]) {
    assert.throws(() => parse(text), StreamError, text)
  }
})

test('what is escaped comes back as it was', () => {
  const text = `<a href='"'>&amp;\r\n\t💬]]>`
  assert.equal(unescape(escape(text)), text)
  assert.equal(unescape(escapeAttribute(text)), text)
  assert.doesNotMatch(escape(text), /[<>'"\r]/)
})

test('references are read by name and by number, and unknown ones are left alone', () => {
  assert.equal(unescape('&lt;&gt;&amp;&apos;&quot;&#65;&#x1F4AC;&#x0000042;&amp;lt;'), `<>&'"A💬B&lt;`)
  assert.equal(unescape('&lol;&#x1FFFFF;&#9999999;'), '&lol;&#x1FFFFF;&#9999999;')
})
