import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Message, NO_REACTIONS } from '../model/message.ts'
import { EMPTY } from '../model/timeline.ts'
import { type KeptConversation, newestOf, timelineOf } from './kept.ts'

const said = (id: string, more: Partial<Message> = {}): Message =>
  ({ key: id, archive: id, id, text: id, isMine: false, delivery: { kind: 'server' }, reactions: NO_REACTIONS, ...more }) as Message
const kept = (messages: readonly Message[]): KeptConversation => ({ older: 'none', messages }) as unknown as KeptConversation
const sending = (id: string): Message => said(id, { archive: undefined, isMine: true, delivery: { kind: 'sending' } })

test('the newest are kept, so many and so much', () => {
  const many = Array.from({ length: 100 }, (_, i) => said(String(i)))
  assert.deepEqual(
    newestOf({ ...EMPTY, messages: many })?.map(({ id }) => id),
    many.slice(60).map(({ id }) => id),
  )
  const long = ['a', 'b', 'c'].map(id => said(id, { text: 'x'.repeat(45_000) }))
  assert.deepEqual(
    newestOf({ ...EMPTY, messages: long })?.map(({ id }) => id),
    ['b', 'c'],
  )
})

test('when somebody looks at old messages, what was kept of the newest stays', () => {
  assert.equal(newestOf({ ...EMPTY, newer: 'more', messages: [said('a')] }), undefined)
})

test('what was on its way and waits no more is not shown before the archive says what became of it', () => {
  const { messages, older } = timelineOf(kept([said('a'), sending('waits'), sending('gone')]), new Set(['waits']))
  assert.deepEqual(
    messages.map(({ id }) => id),
    ['a', 'waits'],
  )
  assert.equal(older, 'more')
})
