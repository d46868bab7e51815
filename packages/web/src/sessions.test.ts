import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Clock } from '@plodge/testkit/clock.ts'
import { type EndOfSession, Sessions, type Use } from './sessions.ts'

const MINUTE = 60_000
function some({ perPerson = 3, most = 10 } = {}) {
  const clock = new Clock()
  const sessions = new Sessions({ idleMs: 30 * MINUTE, lifeMs: 8 * 60 * MINUTE, perPerson, most }, clock.now)
  const open = (name: string): string => sessions.open(name) ?? assert.fail('no room')
  const use = (word: string) => {
    const ends: EndOfSession[] = []
    const use: Use = { onSessionEnd: why => void ends.push(why) }
    const session = sessions.find(word) ?? assert.fail('no session')
    assert.ok(sessions.use(session, use))
    return { ends, leave: () => sessions.leave(session, use), session, use }
  }
  return { clock, sessions, open, use }
}

test('a session is found by its word alone, and each has another', () => {
  const { sessions, open } = some()
  const [one, other] = [open('spqr2'), open('spqr2')]
  assert.notEqual(one, other)
  assert.equal(sessions.find(one)?.localpart, 'spqr2')
  assert.equal(sessions.find(`${one}x`), undefined)
  assert.equal(sessions.find(''), undefined)
})

test('it ends when nobody shows a sign', () => {
  const { clock, sessions, open } = some()
  const word = open('spqr2')
  clock.advance({ minutes: 29 })
  assert.ok(sessions.find(word))
  clock.advance({ minutes: 29 })
  assert.ok(sessions.find(word))
  clock.advance({ minutes: 30 })
  assert.equal(sessions.find(word), undefined)
  assert.equal(sessions.size, 0)
})

test('an open stream is a sign, and ends with the session whatever happens', () => {
  const { clock, sessions, open, use } = some()
  const word = open('spqr2')
  const { ends } = use(word)
  clock.advance({ hours: 7 })
  sessions.sweep()
  assert.deepEqual(ends, [])
  clock.advance({ hours: 1 })
  sessions.sweep()
  assert.deepEqual(ends, ['expired'])
  assert.equal(sessions.find(word), undefined)
})

test('the sign-on may say that it lasts less long', () => {
  const { clock, sessions } = some()
  const word = sessions.open('spqr2', MINUTE) ?? ''
  clock.advance({ minutes: 1 })
  assert.equal(sessions.find(word), undefined)
})

test('signing out ends one, shutting out all of a person and nobody else’s', () => {
  const { sessions, open, use } = some()
  const [one, two, other] = ['spqr2', 'spqr2', 'fanf2'].map(name => use(open(name)))
  assert.ok(one && two && other)
  sessions.close(one.session)
  assert.deepEqual([one.ends, two.ends], [['signed out'], []])
  assert.equal(sessions.use(one.session, one.use), false)
  sessions.shutOut('spqr2')
  assert.deepEqual([two.ends, other.ends], [['shut out'], []])
})

test('a stream that went is not told', () => {
  const { sessions, open, use } = some()
  const { ends, leave, session } = use(open('spqr2'))
  leave()
  sessions.close(session)
  assert.deepEqual(ends, [])
})

test('a person has so many; the quietest makes way', () => {
  const { clock, sessions, open } = some({ perPerson: 2 })
  const first = open('spqr2')
  clock.advance({ minutes: 1 })
  const second = open('spqr2')
  clock.advance({ minutes: 1 })
  sessions.find(first)
  const third = open('spqr2')
  assert.deepEqual(
    [first, second, third].map(word => sessions.find(word) !== undefined),
    [true, false, true],
  )
})

test('when there is no room nobody comes in, until somebody’s time is over', () => {
  const { clock, sessions, open } = some({ most: 1 })
  open('spqr2')
  assert.equal(sessions.open('fanf2'), undefined)
  clock.advance({ minutes: 30 })
  assert.ok(sessions.open('fanf2'))
})

test('the sign-on ends those that it calls by a name, and no others', () => {
  const { sessions, use } = some()
  const [one, two, other] = [['sub 1', 'sid a'], ['sub 1', 'sid b'], ['sub 2']].map(handles =>
    use(sessions.open('spqr2', Infinity, handles) ?? ''),
  )
  assert.ok(one && two && other)
  assert.equal(sessions.endAllOf('sid a'), 1)
  assert.deepEqual([one.ends, two.ends], [['signed out'], []])
  assert.equal(sessions.endAllOf('sub 1'), 1)
  assert.equal(sessions.endAllOf('sub'), 0)
  assert.deepEqual([two.ends, other.ends], [['signed out'], []])
})
