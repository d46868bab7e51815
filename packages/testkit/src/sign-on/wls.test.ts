import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { Clock } from '../clock.ts'
import { type WlsReply, Wls } from './wls.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
const people = [
  { principal: 'spqr2', isCurrent: true },
  { principal: 'left1', isCurrent: false },
]
const ASK = { ver: '3', url: 'https://chat.example/answer', desc: 'Chat', params: 'abc' }

function server(clock = new Clock()) {
  const wls = new Wls({ people, password: 'test', signer: { kid: '7', key: privateKey }, clock: clock.now })
  const path = (query: Record<string, string>): string => `/auth/authenticate.html?${new URLSearchParams(query).toString()}`
  return {
    asks: (query: Record<string, string>, cookie = '') => wls.handle({ method: 'GET', path: path(query), cookie, body: '' }),
    says: (query: Record<string, string>, form: Record<string, string>) =>
      wls.handle({ method: 'POST', path: path(query), cookie: '', body: new URLSearchParams(form).toString() }),
    leaves: (cookie: string) => wls.handle({ method: 'GET', path: '/auth/logout.html', cookie, body: '' }),
  }
}
const SIGN_IN = { do: 'sign-in', principal: 'spqr2', password: 'test' }
const backOf = ({ headers }: WlsReply): URL => new URL(headers['Location'] ?? '')
const fieldsOf = (reply: WlsReply): readonly string[] => (backOf(reply).searchParams.get('WLS-Response') ?? '').split('!')
const cookieOf = ({ headers }: WlsReply): string => headers['Set-Cookie']?.split(';')[0] ?? ''

describe('the sample sign-on server', () => {
  test('asks, and sends who signed in back with a signed answer', () => {
    const { asks, says } = server()
    assert.match(asks(ASK).body, /<form/)
    const fields = fieldsOf(says(ASK, SIGN_IN))
    assert.equal(fields.toSpliced(4, 1).slice(0, -1).join('!'), `3!200!!20261102T090000Z!${ASK.url}!spqr2!current!pwd!!36000!abc!7`)
  })

  test('does not ask again, unless it is to', () => {
    const clock = new Clock()
    const { asks, says, leaves } = server(clock)
    const cookie = cookieOf(says(ASK, SIGN_IN))
    clock.advance({ hours: 1 })
    assert.deepEqual(fieldsOf(asks(ASK, cookie)).slice(8, 11), ['', 'pwd', '32400'])
    assert.match(asks({ ...ASK, iact: 'yes' }, cookie).body, /<form/)
    leaves(cookie)
    assert.match(asks(ASK, cookie).body, /<form/)
  })

  test('says in version 1 that somebody cancelled', () => {
    const reply = server().says({ ...ASK, url: `${ASK.url}?x=y` }, { do: 'cancel' })
    assert.equal(backOf(reply).searchParams.get('x'), null)
    assert.deepEqual(fieldsOf(reply).slice(0, 2), ['1', '410'])
  })

  test('has no tag for who has left, and does not let them through where that cannot be said', () => {
    const { says } = server()
    const left = { ...SIGN_IN, principal: 'left1' }
    assert.equal(fieldsOf(says(ASK, left))[7], '')
    assert.equal(fieldsOf(says({ ...ASK, ver: '2' }, left))[1], '570')
  })

  for (const [what, query, status] of [
    ['a version that is not', { ...ASK, ver: '4' }, '520'],
    ['a parameter that is not', { ...ASK, x: 'y' }, '530'],
    ['a way that it has not', { ...ASK, aauth: 'x-card' }, '510'],
    ['silence with somebody unknown', { ...ASK, iact: 'no' }, '540'],
  ] as const)
    test(`answers ${what} with ${status}`, () => assert.equal(fieldsOf(server().asks(query))[1], status))

  test('shows what it cannot send back', () => {
    const { asks, says } = server()
    assert.equal(asks({ ...ASK, url: 'javascript:alert(1)' }).status, 400)
    assert.equal(asks({ ...ASK, iact: 'no', fail: 'yes' }).headers['Location'], undefined)
    assert.match(says(ASK, { ...SIGN_IN, password: 'x' }).body, /nobody by that name/)
    assert.doesNotMatch(asks({ ...ASK, desc: '<script>' }).body, /<script/)
  })
})
