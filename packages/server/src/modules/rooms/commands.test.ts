import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../../routing/commands.ts'
import { COVEN, enters, founds, roomTown, talks } from './rooms.testing.ts'

function office() {
  const parts = roomTown({ perOwner: 1 })
  const does = (node: string, values: Readonly<Record<string, string>> = {}): Promise<Result> => {
    const found = parts.host.commands.get(node) ?? assert.fail(`no ${node}`)
    assert.deepEqual(found.who, ['operator'])
    const answers = new Map(Object.entries(values).map(([name, value]) => [name, [value]] as const))
    return Promise.resolve(parts.host.commands.perform(found, answers, { localpart: '', role: 'operator', session: undefined }))
  }
  return { ...parts, does }
}
const valueOf = ({ fields }: Result, name: string): readonly string[] | undefined => fields?.find(field => field.name === name)?.values

test('operators make rooms of a kind, and see what they are', async () => {
  const { does, client } = office()
  const made = await does('create-room', { room: 'coven', accountjid: 'romeo@chat.cam.ac.uk', title: 'A Dark Cave', template: 'lecture' })
  assert.match(made.note ?? '', /coven@group.chat.cam.ac.uk.*romeo/)
  await does('create-room', { room: 'a-cave', accountjid: 'romeo@chat.cam.ac.uk', template: 'members' })
  assert.equal((await does('create-room', { room: COVEN, accountjid: 'romeo@chat.cam.ac.uk' })).severity, 'error')
  const { table, note } = await does('list-rooms')
  assert.equal(note, '2 rooms in all')
  assert.deepEqual(table?.rows, [
    ['a-cave', '', 'no', '2026-11-02'],
    ['coven', 'A Dark Cave', 'yes', '2026-11-02'],
  ])
  const juliet = client('juliet/balcony')
  await enters(juliet)
  assert.match(juliet.takes()[0] ?? '', /role='visitor'/)
  const shown = await does('show-room', { room: 'coven' })
  assert.deepEqual(
    ['owners', 'moderatedroom', 'inside', 'archived'].map(name => valueOf(shown, name)),
    [['romeo@chat.cam.ac.uk'], ['1'], ['1'], ['no']],
  )
  assert.equal(valueOf(shown, 'roomsecret'), undefined)
  await assert.rejects(does('show-room', { room: 'nowhere' }), { condition: 'item-not-found' })
  await assert.rejects(does('show-room', { room: 'x@else.where' }), { condition: 'jid-malformed' })
})

test('operators change rooms, hand them over, close them and end them', async () => {
  const { does, client } = office()
  const romeo = client('romeo/orchard')
  await founds(romeo)
  await does('set-room', { room: 'coven', field: 'roomname', value: 'Another' })
  assert.match(romeo.takes()[0] ?? '', /code='104'/)
  assert.equal((await does('set-room', { room: 'coven', field: 'nonsense', value: '1' })).severity, 'error')
  const owner = (name: string, affiliation: string) =>
    does('room-members', { room: 'coven', accountjid: `${name}@chat.cam.ac.uk`, affiliation })
  assert.equal((await owner('romeo', 'none')).severity, 'error', 'there is always an owner')
  await owner('juliet', 'owner')
  assert.deepEqual((await owner('romeo', 'member')).table?.rows, [
    ['juliet@chat.cam.ac.uk', 'owner'],
    ['romeo@chat.cam.ac.uk', 'member'],
  ])
  romeo.takes()
  await does('archive-room', { room: 'coven' })
  await talks(romeo, 'anybody?')
  assert.match(romeo.takes()[0] ?? '', /<not-allowed/)
  await does('set-room', { room: 'coven', field: 'readonly', value: '0' })
  romeo.takes()
  await talks(romeo, 'again')
  assert.match(romeo.takes()[0] ?? '', /again/)
  await does('destroy-room', { room: 'coven', reason: 'It is over', alternative: 'other' })
  assert.match(romeo.takes()[0] ?? '', /<destroy jid='other@group.chat.cam.ac.uk'><reason>It is over/)
  assert.equal((await does('list-rooms')).note, '0 rooms in all')
})

test('operators see who has read an announcement, the newest or another', async () => {
  const { does, client } = office()
  await does('create-room', { room: 'coven', accountjid: 'romeo@chat.cam.ac.uk', template: 'announcements' })
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  for (const one of [romeo, juliet]) await enters(one)
  juliet.takes()
  assert.equal((await does('room-readers', { room: 'coven' })).severity, 'error')
  for (const body of ['Curfew', 'Feast'])
    await romeo.says(`<message to='${COVEN}' type='groupchat'><body>${body}</body><markable xmlns='urn:xmpp:chat-markers:0'/></message>`)
  const [curfew = ''] = juliet.takes().map(text => /<stanza-id [^>]*id='(\d+)'/.exec(text)?.[1] ?? '')
  await juliet.says(`<message to='${COVEN}' type='groupchat'><displayed xmlns='urn:xmpp:chat-markers:0' id='${curfew}'/></message>`)
  const newest = await does('room-readers', { room: 'coven' })
  assert.deepEqual([newest.note, valueOf(newest, 'text')], ['0 of 1 have read it', ['Feast']])
  const other = await does('room-readers', { room: 'coven', announcement: curfew })
  assert.deepEqual([other.note, other.table?.rows], ['1 of 1 have read it', [['juliet@chat.cam.ac.uk', 'yes']]])
})
