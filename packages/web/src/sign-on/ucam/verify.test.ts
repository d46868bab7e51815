import assert from 'node:assert/strict'
import { type KeyObject, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { type Answer, type SigningKey, stamp, writeAnswer } from '@plodge/testkit/sign-on/answer.ts'
import { Replays } from '../replays.ts'
import { readResponse } from './response.ts'
import { type Expectation, type Verdict, verifyResponse } from './verify.ts'

/** The key of Raven's demonstration server, and two answers that it gave. */
const DEMO_KEY = createPublicKey({
  key: Buffer.from(
    'MIGJAoGBALhFi9tIZvjYQQRfOzP3cy5ujR91ZntQnQehldByHlchHRmXwA1ot/e1WlHPgIjYkFRWlSNcSDM5r7BkFu69zM66IHcF80NIopBp+3FYqi5uglEDlpzFrd+vYllzw7lBzUnpCrwTxyO5JBaWnFMZrQkSdspXv89VQUO4V4QjXV7/AgMBAAE=',
    'base64',
  ),
  format: 'der',
  type: 'pkcs1',
})
const CURRENT =
  '3!200!!20141007T144208Z!1412692928-14998-17!http://localhost:3000/login!test0001!current!pwd!!36000!!901!qEK1GusOfnfh6D8BkmTi2iIsEXLmrfOd2TMEXStedOgaDXF7BQnN1nQvD8mudXhLO-rDLhp3JetrAded1XNeNaJPwdU5ZNIf5bJrvln2iqwbY280B4nGusvcOQjDoD1UJQ-J3hEpTDe7miDzGwSB-7zvdkpzt56qPgmUIIYHWs4_'
const NOT_CURRENT =
  '3!200!!20141007T144128Z!1412692886-14816-35!http://localhost:3000/login!test0450!!!pwd!35960!!901!otTWl-KZbXbRUMLjwpkoiT.nu8J7GnoHu6V8JzXjAu.XPGBBxRAJXEzCEQfc05jcoFmGWdHWPLjmJgNgom2vnltCu-CZOlAd9105v-k.9.dZQJAc65ugIlHDvPPT2icXiT1zo9.wzkCA.5vwLeUrhA8oKAa-6cuxbbzkwH-.Cc8_'

const NOW = Date.parse('2026-11-02T09:00:00Z')
const pair = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } => generateKeyPairSync('rsa', { modulusLength: 1024 })
const [ours, other] = [pair(), pair()]
const SIGNER: SigningKey = { kid: '7', key: ours.privateKey }

const EXPECTED: Expectation = {
  version: 3,
  url: 'https://chat.cam.ac.uk/sign-on/answer',
  keys: new Map([['7', ours.publicKey]]),
  timeoutMs: 30_000,
  skewMs: 2000,
  ways: ['pwd'],
  mustInteract: false,
  tags: ['current'],
  params: 'bm9uY2U',
}
const ANSWER: Answer = {
  ver: '3',
  status: '200',
  msg: '',
  issue: stamp(NOW),
  id: '1792-1-1',
  url: EXPECTED.url,
  principal: 'spqr2',
  ptags: 'current',
  auth: 'pwd',
  sso: '',
  life: '36000',
  params: EXPECTED.params,
}
const FAILURE: Answer = { ...ANSWER, status: '410', principal: '', ptags: '', auth: '', life: '' }

const judge = (text: string, expected: Partial<Expectation> = {}, { now = NOW, replays = new Replays() } = {}): Verdict =>
  verifyResponse(text, { ...EXPECTED, ...expected }, replays, now)
const judgeAnswer = (changed: Partial<Answer>, expected: Partial<Expectation> = {}): Verdict =>
  judge(writeAnswer({ ...ANSWER, ...changed }, SIGNER), expected)

function believes(verdict: Verdict, principal = 'spqr2'): void {
  assert.equal(verdict.kind === 'person' ? verdict.principal : verdict, principal)
}
const refuses = (verdict: Verdict, why: string): void => assert.deepEqual(verdict, { kind: 'refused', why })

describe('what Raven’s demonstration server answered in 2014', () => {
  const then = { keys: new Map([['901', DEMO_KEY]]), url: 'http://localhost:3000/login', params: '' }
  const at = (text: string): { readonly now: number } => ({ now: readResponse(text)?.issued ?? NaN })

  test('a current person is believed', () => believes(judge(CURRENT, then, at(CURRENT)), 'test0001'))

  test('one who is not current is believed where that is not asked for', () => {
    refuses(judge(NOT_CURRENT, then, at(NOT_CURRENT)), 'not current')
    believes(judge(NOT_CURRENT, { ...then, tags: [] }, at(NOT_CURRENT)), 'test0450')
  })

  test('it says when, who, how and for how long', () => {
    const { signature, ...response } = readResponse(NOT_CURRENT) ?? {}
    assert.equal(signature?.kid, '901')
    assert.deepEqual(response, {
      version: 3,
      status: 200,
      message: '',
      issued: Date.parse('2014-10-07T14:41:28Z'),
      id: '1412692886-14816-35',
      url: 'http://localhost:3000/login',
      principal: 'test0450',
      tags: [],
      auth: '',
      sso: ['pwd'],
      life: 35_960,
      params: '',
    })
  })

  test('no letter of it can be changed', () => {
    const end = CURRENT.lastIndexOf('!')
    for (let i = 0; i < end; i++) {
      const changed = `${CURRENT.slice(0, i)}${CURRENT[i] === '1' ? '2' : '1'}${CURRENT.slice(i + 1)}`
      assert.equal(judge(changed, then, at(CURRENT)).kind, 'refused', changed)
    }
  })
})

test('each version is believed when it is the one asked for', () => {
  for (const version of [1, 2, 3] as const) believes(judgeAnswer({ ver: `${version}` }, { version }))
})

describe('an answer is not believed that is', () => {
  const attacks: readonly (readonly [what: string, verdict: () => Verdict, why: string])[] = [
    ['altered', () => judge(writeAnswer(ANSWER, SIGNER).replace('spqr2', 'spqr1')), 'wrong signature'],
    ['expired', () => judgeAnswer({ issue: stamp(NOW - 33_000) }), 'too old'],
    ['from the future', () => judgeAnswer({ issue: stamp(NOW + 3000) }), 'from the future'],
    ['for another site', () => judgeAnswer({ url: 'https://chat.cam.ac.uk.example/sign-on/answer' }), 'for another site'],
    ['for another page', () => judgeAnswer({ url: `${EXPECTED.url}?to=there` }), 'for another site'],
    ['signed by another under our id', () => judge(writeAnswer(ANSWER, { kid: '7', key: other.privateKey })), 'wrong signature'],
    ['signed by another under its own', () => judge(writeAnswer(ANSWER, { kid: '8', key: other.privateKey })), 'unknown key'],
    ['signed by the demonstration server', () => judge(CURRENT, { url: 'http://localhost:3000/login' }), 'unknown key'],
    ['signed by a path', () => judge(writeAnswer(ANSWER, { kid: '../7', key: ours.privateKey })), 'malformed'],
    ['signed by a key with noughts before', () => judge(writeAnswer(ANSWER, { kid: '07', key: ours.privateKey })), 'malformed'],
    ['unsigned', () => judge(writeAnswer(ANSWER, undefined)), 'unsigned'],
    ['signed by nobody’s key', () => judge(writeAnswer(ANSWER, SIGNER).replace(/!7!([^!]*)$/, '!!$1')), 'malformed'],
    ['of an older version', () => judgeAnswer({ ver: '1' }), 'of another version'],
    ['of a newer one', () => judgeAnswer({ ver: '3' }, { version: 2 }), 'of another version'],
    ['of a version that is not', () => judge(writeAnswer(ANSWER, SIGNER).replace(/^3/, '4')), 'malformed'],
    ['without a person', () => judgeAnswer({ principal: '' }), 'malformed'],
    ['without a proof', () => judgeAnswer({ auth: '' }), 'malformed'],
    ['of a failure with a person', () => judgeAnswer({ status: '410' }), 'malformed'],
    ['from an earlier proof when one was asked for', () => judgeAnswer({ auth: '', sso: 'pwd' }, { mustInteract: true }), 'not asked anew'],
    ['by another proof', () => judgeAnswer({ auth: 'x-guess' }), 'proved in another way'],
    ['by another earlier proof', () => judgeAnswer({ auth: '', sso: 'x-guess,x-ask' }), 'proved in another way'],
    ['by a poor proof now and a good one before', () => judgeAnswer({ auth: 'x-guess', sso: 'pwd' }), 'proved in another way'],
    ['of one who has left', () => judgeAnswer({ ptags: '' }), 'not current'],
    ['of one with a tag like it', () => judgeAnswer({ ptags: 'currently,not-current' }), 'not current'],
    ['for another browser', () => judgeAnswer({ params: 'bm9uY2X' }), 'for another browser'],
    ['for no browser', () => judgeAnswer({ params: '' }), 'for another browser'],
    ['short of a field', () => judge(writeAnswer(ANSWER, SIGNER).replace('!current', '')), 'malformed'],
    ['encoded more than needed', () => judge(writeAnswer(ANSWER, SIGNER).replace('spqr2', 'sp%712')), 'malformed'],
    ['of a day that is not', () => judgeAnswer({ issue: '20260231T090000Z' }), 'malformed'],
    ['endless', () => judgeAnswer({ msg: 'x'.repeat(5000) }), 'malformed'],
    ['empty', () => judge(''), 'malformed'],
  ]
  for (const [what, verdict, why] of attacks) test(what, () => refuses(verdict(), why))

  test('used before, until it is too old', () => {
    const replays = new Replays()
    const text = writeAnswer(ANSWER, SIGNER)
    believes(judge(text, {}, { replays }))
    refuses(judge(text, {}, { replays }), 'used already')
    refuses(judge(text, {}, { replays, now: NOW + 32_000 }), 'used already')
    refuses(judge(text, {}, { replays, now: NOW + 32_001 }), 'too old')
  })
})

test('an answer that is not believed does not use the true one up', () => {
  const replays = new Replays()
  const text = writeAnswer(ANSWER, SIGNER)
  judge(text, { params: 'bm9uY2X' }, { replays })
  believes(judge(text, {}, { replays }))
})

test('what was used is forgotten when it is too old, and not before, however much there is', () => {
  const replays = new Replays(2)
  assert.deepEqual(
    ['a', 'b', 'c'].map(name => replays.use(name, 100, 0)),
    ['first', 'first', 'no room'],
  )
  assert.equal(replays.use('a', 100, 100), 'again')
  assert.equal(replays.use('c', 200, 101), 'first')
  assert.equal(replays.size, 1)
})

test('during a change of keys both are good, and the signed id says which', () => {
  const keys = new Map([
    ['7', ours.publicKey],
    ['8', other.publicKey],
  ])
  believes(judge(writeAnswer(ANSWER, SIGNER), { keys }))
  believes(judge(writeAnswer(ANSWER, { kid: '8', key: other.privateKey }), { keys }))
  refuses(judge(writeAnswer(ANSWER, { kid: '8', key: ours.privateKey }), { keys }), 'wrong signature')
})

test('who was signed in already is believed, by the way it was proved then', () => believes(judgeAnswer({ auth: '', sso: 'x-card,pwd' })))

test('what is encoded within a field is read, and signed as it was written', () => {
  const verdict = judgeAnswer({ msg: '100% sure! %21' })
  assert.equal(verdict.kind === 'person' && verdict.response.message, '100% sure! %21')
})

test('a clock may be a little ahead, and an answer on its way for a while', () => {
  believes(judgeAnswer({ issue: stamp(NOW + 2000) }))
  believes(judgeAnswer({ issue: stamp(NOW - 32_000) }))
})

test('cancelling is heard in version 1 and unsigned, as Raven says it, and of our site alone', () => {
  assert.deepEqual(judge(writeAnswer({ ...FAILURE, ver: '1' }, undefined)), { kind: 'cancelled' })
  assert.deepEqual(judge(writeAnswer({ ...FAILURE, ver: '1' }, SIGNER)), { kind: 'cancelled' })
  refuses(judge(writeAnswer({ ...FAILURE, url: 'https://elsewhere.example/' }, undefined)), 'for another site')
  refuses(judge(writeAnswer(FAILURE, { kid: '7', key: other.privateKey })), 'wrong signature')
})

test('any other failure is told by its number', () => {
  assert.deepEqual(judge(writeAnswer({ ...FAILURE, status: '570' }, undefined)), { kind: 'failed', status: 570 })
})
