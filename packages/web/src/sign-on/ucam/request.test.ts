import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestUrl } from './request.ts'

test('a person is sent with the question that the protocol allows', () => {
  const expected = {
    version: 3,
    url: 'https://chat.cam.ac.uk/sign-on/answer',
    keys: new Map(),
    timeoutMs: 1,
    skewMs: 1,
    ways: ['pwd'],
    mustInteract: true,
    tags: [],
    params: 'abc-_',
  } as const
  const url = new URL(
    requestUrl('https://raven.cam.ac.uk/auth/authenticate.html', expected, { description: 'Chat' }, Date.UTC(2026, 10, 2, 9)),
  )
  assert.equal(url.origin + url.pathname, 'https://raven.cam.ac.uk/auth/authenticate.html')
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    ver: '3',
    url: expected.url,
    desc: 'Chat',
    aauth: 'pwd',
    iact: 'yes',
    params: 'abc-_',
    date: '20261102T090000Z',
  })
})
