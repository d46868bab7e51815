import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page, Wanted } from '../session/archive.ts'
import { type RoomState, newConversation } from '../state/state.ts'
import { Outbox } from './outbox.ts'

const AMT = 'amt33@cam.ac.uk'
const ROOM = 'tea@group.cam.ac.uk'
const message = (to: string, id: string): Element =>
  new Element(CLIENT, 'message', { to, id }, [new Element(CLIENT, 'body', {}, [id]), new Element(SID, 'origin-id', { id })])

function place() {
  const sent: string[] = []
  const confirmed: string[] = []
  const kept = new Map<string, unknown>()
  const asked: Wanted[] = []
  const room = { ...newConversation(ROOM, 'room') }
  let answer = (_wanted: Wanted): Promise<Page> => Promise.resolve({ kept: [], isEnd: true })
  const outbox = new Outbox({
    desk: {
      send: stanza => void sent.push(stanza.attributes['id'] ?? ''),
      archive: {
        page: (wanted: Wanted) => {
          asked.push(wanted)
          return answer(wanted)
        },
      } as never,
      state: { conversations: { [ROOM]: room } } as never,
    },
    memory: {
      write: async writes => {
        for (const [, key, value] of writes) {
          if (value === undefined) kept.delete(key)
          else kept.set(key, value)
        }
      },
      adopt: async () => [],
      waiting: async () => [],
    },
    sent: ({ id }) => void confirmed.push(id),
    adopted: () => {},
  })
  const says = (id: string, to = AMT, after?: string): boolean =>
    outbox.put(to, to === ROOM ? 'room' : 'person', message(to, id), undefined, after)
  return {
    outbox,
    sent,
    confirmed,
    kept,
    asked,
    says,
    answers: (how: typeof answer) => void (answer = how),
    enters: () => void (room.room = { ...(room.room as RoomState), joined: { kind: 'inside', nick: 'me' } }),
  }
}
const archived = (...ids: readonly string[]): Page => ({
  kept: ids.map(id => ({ archive: `in archive ${id}`, time: 0, message: message(AMT, id) })),
  isEnd: true,
})

test('with a line it goes at once, is kept until the server has it, and no longer', () => {
  const { outbox, says, sent, kept } = place()
  outbox.begin()
  says('a')
  assert.deepEqual(sent, ['a'])
  assert.deepEqual([...kept.keys()], ['a'])
  assert.equal(outbox.take('a')?.address, AMT)
  assert.equal(outbox.take('a'), undefined)
  assert.equal(kept.size, 0)
})

test('before the first session nothing goes, and then all in order', async () => {
  const { outbox, says, sent } = place()
  says('a')
  says('b')
  await outbox.settle()
  assert.deepEqual(sent, [])
  outbox.begin()
  const settled = outbox.settle()
  says('c')
  assert.deepEqual(sent, [], 'what is said while the archive is asked does not overtake')
  await settled
  assert.deepEqual(sent, ['a', 'b', 'c'])
})

test('what the archive has is not sent again; what it has not is, under the same name', async () => {
  const { outbox, says, sent, confirmed, asked, answers } = place()
  outbox.begin()
  says('a', AMT, 'before')
  says('b', AMT, 'before')
  answers(() => Promise.resolve(archived('a')))
  outbox.begin()
  await outbox.settle()
  assert.deepEqual(sent, ['a', 'b', 'b'])
  assert.deepEqual(confirmed, ['a'])
  assert.deepEqual(
    asked.map(({ with: contact, after }) => [contact, after]),
    [[AMT, 'before']],
  )
})

test('a long archive is looked through, page by page', async () => {
  const { outbox, says, sent, answers } = place()
  says('far', AMT, 'before')
  outbox.begin()
  answers(({ after }) => Promise.resolve(after === 'before' ? { ...archived('x'), isEnd: false } : archived('far')))
  await outbox.settle()
  assert.deepEqual(sent, [])
})

test('where the newest then is gone from the archive it is looked for from the end; where there is no archive it goes', async () => {
  const { outbox, says, sent, asked, answers } = place()
  says('a', AMT, 'too old')
  outbox.begin()
  answers(({ after }) => (after === undefined ? Promise.resolve(archived('a')) : Promise.reject(new StanzaError('item-not-found'))))
  await outbox.settle()
  assert.deepEqual(sent, [])
  assert.equal(asked.length, 2)
  outbox.begin()
  says('b')
  answers(() => Promise.reject(new StanzaError('service-unavailable')))
  outbox.begin()
  await outbox.settle()
  assert.deepEqual(sent, ['b', 'b'])
})

test('a line that goes while the archive is asked sends nothing; it is asked anew', async () => {
  const { outbox, says, sent, answers } = place()
  says('a')
  outbox.begin()
  answers(() => Promise.reject(new StanzaError('recipient-unavailable')))
  await outbox.settle()
  assert.deepEqual(sent, [])
  answers(() => Promise.resolve(archived()))
  await outbox.settle()
  assert.deepEqual(sent, ['a'])
})

test('what is said in a room waits until one is inside', async () => {
  const { outbox, says, sent, enters } = place()
  outbox.begin()
  says('a', ROOM)
  await outbox.settle()
  assert.deepEqual(sent, [])
  enters()
  await outbox.settleOne(ROOM)
  assert.deepEqual(sent, ['a'])
})

test('is bounded', () => {
  const { says } = place()
  for (let i = 0; i < 500; i += 1) assert.ok(says(`m${i}`))
  assert.equal(says('one more'), false)
})
