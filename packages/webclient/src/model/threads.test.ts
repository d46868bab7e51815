import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { hear } from './heard.ts'
import { type Message, NO_REACTIONS } from './message.ts'
import { type InThread, THREADS, namesOf, opening, threadElements, threadsOf } from './threads.ts'
import { unreadOf } from './unread.ts'

const said = (key: string, thread: string | undefined, more: Partial<Message> = {}): Message =>
  ({
    key,
    archive: key,
    thread: thread === undefined ? undefined : { id: thread, name: `about ${thread}` },
    author: 'amt33',
    isMine: false,
    time: Number(key),
    text: key,
    reactions: NO_REACTIONS,
    ...more,
  }) as Message
const keys = (messages: readonly Message[]): string => messages.map(({ key }) => key).join(' ')
const where = { own: 'fanf2@cam.ac.uk', isMine: () => false, archive: undefined, time: 0 }
function heard(inside: string): Message {
  const stanza = parse(
    `<message xmlns='jabber:client' type='groupchat' from='algebra@rooms.cam.ac.uk/amt33' to='fanf2@cam.ac.uk/x' id='a'>${inside}</message>`,
  )
  const what = hear(stanza, where)?.what.find(({ kind }) => kind === 'said')
  return what?.kind === 'said' ? what.message : assert.fail('nothing was said')
}
const written = (thread: InThread, text: string): Message =>
  heard(`<body>${opening(thread)}${text}</body>${threadElements(thread).join('')}`)

test('the first message of a thread names it to all, and to those who know threads only once', () => {
  const first = written({ id: 't1', name: 'Sheet 2', isNew: true }, 'Who has done 4?')
  assert.deepEqual([first.text, first.thread], ['Who has done 4?', { id: 't1', name: 'Sheet 2' }])
  assert.equal(opening({ id: 't1', name: 'Sheet 2', isNew: true }), 'Sheet 2\n')
  assert.equal(opening({ id: 't1', name: 'Sheet 2', isNew: false }), '')
})

test('XEP-0045 §8.1: the subject of a message with a body and a thread is the name of the thread; a name is in one line, and bounded', () => {
  assert.deepEqual(heard('<body>x</body><thread>t1</thread><subject>Sheet 2</subject>').thread, { id: 't1', name: 'Sheet 2' })
  assert.deepEqual(heard('<body>x</body><thread>t1</thread>').thread, { id: 't1', name: undefined })
  assert.equal(heard(`<body>x</body><thread>${'t'.repeat(500)}</thread>`).thread, undefined)
  const { thread } = heard(`<body>x</body><thread>t1</thread><name xmlns='${THREADS}'>a\u202e\nb${'c'.repeat(500)}</name>`)
  assert.match(thread?.name ?? '', /^a bc{10,60}…$/)
})

test('a thread keeps the name that whoever began it gave it', () => {
  const names = namesOf([said('1', 'a'), said('2', 'a', { thread: { id: 'a', name: 'something rude' } })])
  assert.deepEqual([...names], [['a', 'about a']])
})

test('the threads of a room, the newest first, each with what is unread in it', () => {
  const messages = [
    said('1', 'a'),
    said('2', 'b'),
    said('3', undefined),
    said('4', 'a'),
    said('5', 'c', { thread: { id: 'c', name: undefined } }),
  ]
  const list = threadsOf(messages, { displayed: '1', threads: {} })
  assert.deepEqual(
    list.map(({ id, unread }) => [id, unread]),
    [
      ['a', 1],
      ['b', 1],
    ],
  )
})

test('a thread is read by itself, and who answered in it has read it and no other', () => {
  const messages = [said('1', 'a'), said('2', 'b'), said('3', 'a'), said('4', undefined), said('5', 'b')]
  const none = { displayed: undefined, threads: {} }
  assert.equal(keys(unreadOf(messages, none)), '1 2 3 4 5')
  assert.equal(keys(unreadOf(messages, { displayed: '1', threads: { a: { read: '3', isMuted: false } } })), '2 4 5')
  assert.equal(keys(unreadOf(messages, { displayed: '1', threads: { b: { read: undefined, isMuted: true } } })), '3 4')
  assert.equal(keys(unreadOf([...messages, said('6', 'b', { isMine: true })], none)), '1 3 4')
  assert.equal(keys(unreadOf([...messages, said('6', undefined, { isMine: true }), said('7', 'a')], none)), '7')
})
