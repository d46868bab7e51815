import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANY, noticeOf } from './pushed.ts'

const words = { wokenTitle: 'New messages', wokenText: 'Open to read them.' }

test('a push that tells only how many leads to what is unread', () => {
  const any = { title: 'New messages', body: 'Open to read them.', tag: ANY, path: '/' }
  assert.deepEqual(noticeOf('{"count":3}', words), any)
  for (const broken of ['', 'no JSON', 'null', '[]', '{"from":7}']) assert.deepEqual(noticeOf(broken, words), any)
})

test('one that tells who leads to the conversation, and is closed with it', () => {
  assert.deepEqual(noticeOf('{"count":1,"from":"amt33@cam.ac.uk","text":"Four o’clock?"}', words), {
    title: 'amt33',
    body: 'Four o’clock?',
    tag: 'amt33@cam.ac.uk',
    path: '/p/amt33%40cam.ac.uk',
  })
  assert.deepEqual(noticeOf('{"count":1,"from":"tea@group.cam.ac.uk/Alan T"}', words), {
    title: 'Alan T · tea',
    body: 'Open to read them.',
    tag: 'tea@group.cam.ac.uk',
    path: '/r/tea%40group.cam.ac.uk',
  })
})

test('what others wrote is shown in one line, and turns nothing round', () => {
  const { title, body } = noticeOf(JSON.stringify({ from: 'tea@group.cam.ac.uk/a\u202eb', text: `x\n\u202ey${'z'.repeat(500)}` }), words)
  assert.equal(title, 'ab · tea')
  assert.match(body, /^x yz+…$/)
  assert.ok(body.length <= 200)
})
