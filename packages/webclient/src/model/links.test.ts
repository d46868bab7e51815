import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstLink } from './links.ts'

test('the first link that somebody shows is previewed', () => {
  assert.equal(firstLink('see *https://a.example/x* and https://b.example'), 'https://a.example/x')
  assert.equal(firstLink('> https://quoted.example\nhttps://b.example'), 'https://b.example/')
  for (const text of [
    'none',
    'xmpp:a@b',
    '||https://hidden.example||',
    '`https://code.example`',
    '```\nhttps://code.example\n```',
    'ftp://x.example',
    'https://me:secret@x.example',
  ])
    assert.equal(firstLink(text), undefined, text)
})
