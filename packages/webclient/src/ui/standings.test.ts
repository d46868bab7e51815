import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../model/message.ts'
import { FIRST, LAST, NEW, NEW_DAY, standingsOf } from './standings.ts'

const NOON = new Date(2026, 10, 24, 12).getTime()
const said = (key: string, author: string, minutes: number, more: Partial<Message> = {}): Message =>
  ({ key, author, time: NOON + minutes * 60_000, reply: undefined, ...more }) as Message

const of = (messages: readonly Message[], newFrom?: string): readonly number[] => [...standingsOf(messages, newFrom).values()]

test('what one person says in one go has one name above it', () => {
  const messages = [said('a', 'amt33', 0), said('b', 'amt33', 1), said('c', 'cpg10', 2), said('d', 'cpg10', 9), said('e', 'cpg10', 10)]
  assert.deepEqual(of(messages), [NEW_DAY | FIRST, 0, FIRST, FIRST, LAST])
})

test('a day, a reply and the line before what is new begin anew', () => {
  const reply = { id: 'a', to: 'amt33' } as unknown as NonNullable<Message['reply']>
  const messages = [said('a', 'amt33', -1440), said('b', 'amt33', 0), said('c', 'amt33', 1, { reply }), said('d', 'amt33', 2)]
  assert.deepEqual(of(messages, 'd'), [NEW_DAY | FIRST, NEW_DAY | FIRST, FIRST, NEW | FIRST | LAST])
})

test('nothing has no standing', () => {
  assert.deepEqual(of([]), [])
})
