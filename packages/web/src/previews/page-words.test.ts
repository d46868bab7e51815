import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decode, wordsOf } from './page-words.ts'

const words = (html: string) => wordsOf(html)

test('a page says what it is', () => {
  assert.deepEqual(
    words(`<!DOCTYPE html><html><head><meta charset=utf-8><title> Part II
      timetable </title><meta name="description" content="Lectures &amp; classes&#46;"><body><title>no</title>`),
    { title: 'Part II timetable', description: 'Lectures & classes.', site: '' },
  )
})

test('Open Graph goes before the title', () => {
  assert.deepEqual(
    words(
      `<head><title>Old</title><META content='Caf&eacute; &#x2014; menu' PROPERTY='og:title'><meta property=og:site_name content=Fitzbillies><meta property="og:description" content="Buns"></head>`,
    ),
    { title: 'Café — menu', description: 'Buns', site: 'Fitzbillies' },
  )
})

test('what is in scripts, styles and comments is no markup', () => {
  assert.equal(
    words('<script>"<title>no</title>"</script><!-- <title>no</title> --><style><title>no</title></style><title>Yes</title>')?.title,
    'Yes',
  )
  assert.equal(words('<noscript><meta property=og:title content=no></noscript><title>Yes</title>')?.title, 'Yes')
})

test('a page without a title has no preview', () => {
  for (const html of [
    '',
    'plain',
    '<p>x',
    '<title></title>',
    '<title>  &#8238; </title>',
    '<meta property=og:title>',
    '<body><title>x</title>',
  ])
    assert.equal(words(html), undefined, html)
})

test('text comes out, never markup, and reads in the order that it has', () => {
  assert.deepEqual(words('<title><img src=x onerror=alert(1)>&lt;b&gt;</title>')?.title, '<img src=x onerror=alert(1)><b>')
  assert.equal(words('<title>exe.\u202Egpj\u0000 \u2066x&#x202e;y&lrm;</title>')?.title, 'exe. gpj x y&lrm;')
  assert.equal(
    words('<title>&constructor; &valueOf; &xvalueOf; &#xD800; &#99999999; &#1114112;</title>')?.title,
    '&constructor; &valueOf; &xvalueOf; \ufffd \ufffd \ufffd',
  )
})

test('and is short', () => {
  const found = words(`<title>${'a'.repeat(5000)}</title><meta name=description content="${'🎈'.repeat(1000)}">`)
  assert.equal(Array.from(found?.title ?? '').length, 200)
  assert.equal(Array.from(found?.description ?? '').length, 300)
})

test('hostile pages take no longer than others', () => {
  const started = performance.now()
  for (const piece of [
    '<',
    '<a',
    '<a ',
    '<!--',
    '<meta ',
    '<meta a=',
    '<title>',
    '<script>',
    '</',
    '<a b="',
    "<a b='",
    '<meta content="x" ',
    '<x/',
  ])
    words(piece.repeat(Math.ceil(524_288 / piece.length)))
  words(`<meta ${'a '.repeat(262_144)}>`)
  words(`<title>${'&'.repeat(524_288)}`)
  assert.ok(performance.now() - started < 3000, `${performance.now() - started} ms`)
})

test('a page is read in the letters that it is written in', () => {
  const latin = Buffer.from('<title>Caf\u00e9</title>', 'latin1')
  assert.equal(decode(latin, 'text/html; charset=ISO-8859-1'), '<title>Café</title>')
  assert.equal(decode(Buffer.from('<meta charset="windows-1252">\u00e9', 'latin1'), 'text/html'), '<meta charset="windows-1252">é')
  assert.equal(decode(Buffer.from('é'), 'text/html'), 'é')
  assert.equal(decode(Buffer.from('é'), 'text/html; charset=made-up'), 'é')
})
