import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Message, NO_REACTIONS } from './message.ts'
import { EMPTY, MOST_MESSAGES, append, change, merge } from './timeline.ts'

const ME = 'me@cam.ac.uk'
const YOU = 'you@cam.ac.uk'
const said = (name: string, more: Partial<Message> = {}): Message => ({
  key: name,
  archive: name,
  id: `id-${name}`,
  author: YOU,
  isMine: false,
  time: 0,
  text: name,
  file: undefined,
  reply: undefined,
  thread: undefined,
  delivery: { kind: 'server' },
  edited: undefined,
  removed: undefined,
  asks: false,
  reactions: NO_REACTIONS,
  ...more,
})
const sent = (name: string): Message => said(name, { archive: undefined, author: ME, isMine: true, delivery: { kind: 'sending' } })
const order = ({ messages }: { readonly messages: readonly Message[] }): string => messages.map(({ key }) => key).join(' ')
const one = (messages: readonly Message[], key: string): Message => messages.find(message => message.key === key) ?? assert.fail(key)

test('the order is the archive’s, though all have the same second', () => {
  let line = merge(EMPTY, [said('d'), said('e')], 'newer', true)
  line = merge(line, [said('b'), said('c')], 'older', false)
  line = merge(line, [said('a'), said('b')], 'older', true)
  assert.equal(order(line), 'a b c d e')
  assert.equal(line.older, 'none')
})

test('what was sent takes its place in the archive when that is known, and keeps its name', () => {
  let line = merge(EMPTY, [said('a')], 'newer', true)
  line = append(line, sent('mine'))
  line = append(line, said('c'))
  line = merge(line, [said('a'), said('b'), said('x', { id: 'id-mine', author: ME, isMine: true }), said('c')], 'newer', true)
  assert.equal(order(line), 'a b mine c')
  assert.equal(one(line.messages, 'mine').archive, 'x')
  assert.equal(one(line.messages, 'mine').delivery.kind, 'server')
})

test('a message that comes twice is there once', () => {
  const line = append(append(EMPTY, said('a')), said('a'))
  assert.equal(order(line), 'a')
})

test('an acknowledgement that comes late does not undo a receipt', () => {
  let line = append(EMPTY, sent('m'))
  const reach = { target: 'id-m', by: YOU, isMine: false, kind: 'reach', upTo: false } as const
  line = change(line, { ...reach, delivery: { kind: 'delivered' } })
  line = change(line, { ...reach, delivery: { kind: 'server' } })
  assert.equal(one(line.messages, 'm').delivery.kind, 'delivered')
})

test('what is displayed is displayed up to there, but not what failed', () => {
  let line = append(append(append(EMPTY, sent('1')), sent('2')), sent('3'))
  line = {
    ...line,
    messages: line.messages.map(message => (message.key === '1' ? { ...message, delivery: { kind: 'failed', why: 'no' } } : message)),
  }
  line = change(line, { target: 'id-2', by: YOU, isMine: false, kind: 'reach', upTo: true, delivery: { kind: 'read' } })
  assert.deepEqual(
    line.messages.map(({ delivery }) => delivery.kind),
    ['failed', 'read', 'sending'],
  )
})

test('an edit waits for its original, and only its author may edit', () => {
  const edit = { target: 'id-a', isMine: false, kind: 'edit', text: 'better', file: undefined, time: 5 } as const
  let line = change(EMPTY, { ...edit, by: YOU })
  line = merge(line, [said('a')], 'older', true)
  assert.equal(one(line.messages, 'a').text, 'better')
  line = change(line, { ...edit, by: 'mallory@cam.ac.uk', text: 'worse' })
  assert.equal(one(line.messages, 'a').text, 'better')
})

test('nobody takes back what another wrote, but who moderates', () => {
  let line = append(EMPTY, said('a'))
  const remove = { target: 'a', isMine: false, kind: 'remove', reason: undefined } as const
  line = change(line, { ...remove, by: 'mallory@cam.ac.uk', isModerated: false })
  assert.equal(one(line.messages, 'a').removed, undefined)
  line = change(line, { ...remove, by: 'moderator', reason: 'rude', isModerated: true })
  assert.deepEqual(one(line.messages, 'a').removed, { by: 'moderator', reason: 'rude' })
  assert.equal(one(line.messages, 'a').text, '')
})

test('reactions replace all that somebody felt before', () => {
  let line = append(EMPTY, said('a'))
  const react = { target: 'a', isMine: false, kind: 'react' } as const
  line = change(line, { ...react, by: YOU, signs: ['👍', '💡'] })
  line = change(line, { ...react, by: ME, signs: ['👍'] })
  line = change(line, { ...react, by: YOU, signs: ['👍'] })
  assert.deepEqual(one(line.messages, 'a').reactions, { '👍': [YOU, ME] })
  line = change(line, { ...react, by: YOU, signs: [] })
  assert.deepEqual(one(line.messages, 'a').reactions, { '👍': [ME] })
})

test('what is in hand is bounded, from the far end', () => {
  const page = (from: number, to: number): Message[] => Array.from({ length: to - from }, (_, i) => said(String(from + i).padStart(4, '0')))
  let line = merge(EMPTY, page(500, 800), 'newer', true)
  line = merge(line, page(300, 500), 'older', false)
  assert.equal(line.messages.length, MOST_MESSAGES)
  assert.equal(line.messages[0]?.key, '0300')
  assert.equal(line.newer, 'more')
  assert.equal(append(line, said('live')).messages.at(-1)?.key, '0699')
})
