import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wayOf } from './ways.ts'

const ORIGIN = 'https://chat.cam.ac.uk'
const KEPT = new Set(['/', '/icon.svg'])
const navigating = (path: string) => wayOf({ method: 'GET', mode: 'navigate', url: `${ORIGIN}${path}` }, ORIGIN, KEPT)
const asking = (path: string, method = 'GET') => wayOf({ method, mode: 'cors', url: `${ORIGIN}${path}` }, ORIGIN, KEPT)

test('pages are the shell, whatever their path', () => {
  for (const path of ['/', '/p/amt33', '/p/somebody@example.org', '/r/tea/m/17', '/search?q=a', '/sessions', '/uploading'])
    assert.equal(navigating(path), 'shell', path)
})

test('what the tier answers is never answered here: signing in and out, who is here, files, previews', () => {
  for (const path of ['/sign-on', '/sign-on/answer?x=1', '/sign-on/password', '/sign-out', '/session', '/preview', '/upload/a/b.png'])
    assert.deepEqual([navigating(path), asking(path)], ['not ours', 'not ours'], path)
  assert.equal(asking('/service-worker.js'), 'not ours')
  assert.equal(asking('/icon.svg', 'POST'), 'not ours')
  assert.equal(wayOf({ method: 'GET', mode: 'navigate', url: 'https://elsewhere.example/' }, ORIGIN, KEPT), 'not ours')
})

test('assets are kept for good, the rest is asked for anew', () => {
  assert.equal(asking('/assets/index-abc.js'), 'asset')
  assert.equal(asking('/icon.svg'), 'fresh')
  assert.equal(asking('/other.txt'), 'not ours')
})
