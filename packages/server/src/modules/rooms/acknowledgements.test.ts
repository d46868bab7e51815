import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { Execute, NO_COMMAND } from '@plodge/xmpp/xeps/commands.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import type { Store } from '../../storage/repositories.ts'
import { temporaryStore } from '../../storage/sqlite/temporary-store.ts'
import { administers, configures, COVEN, enters, founds, roomTown } from './rooms.testing.ts'

const at = { to: COVEN }
const NODE = 'urn:plodge:rooms:acknowledged'
const announces = (client: TownClient, text: string): Promise<void> =>
  client.says(
    `<message to='${COVEN}' type='groupchat' id='${text}'><body>${text}</body><markable xmlns='urn:xmpp:chat-markers:0'/></message>`,
  )
const marks = (client: TownClient, id: string): Promise<void> =>
  client.says(`<message to='${COVEN}' type='groupchat' id='mark'><displayed xmlns='urn:xmpp:chat-markers:0' id='${id}'/></message>`)
const idIn = (texts: readonly string[]): string => /<stanza-id [^>]*id='(\d+)'/.exec(texts.join(''))?.[1] ?? ''
const asks = (client: TownClient, fields?: Readonly<Record<string, string>>) => {
  const form =
    fields &&
    namedForm(
      'submit',
      NODE,
      Object.entries(fields).map(([name, value]) => formField(name, { values: [value] })),
    )
  return client.asks(Execute, { ...NO_COMMAND, node: NODE, form }, at)
}

/** A room for announcements: Romeo owns it, Juliet is a member, the nurse a visitor. */
async function notices(store: Store = memoryStore(() => Date.UTC(2026, 10, 2))) {
  const { client } = roomTown({}, { store: () => store })
  const [romeo, juliet, nurse] = [client('romeo/orchard'), client('juliet/balcony'), client('nurse/kitchen')]
  await founds(romeo, {})
  const kind = 'urn:plodge:rooms:kind'
  await romeo.asks(
    Execute,
    { ...NO_COMMAND, node: kind, form: namedForm('submit', kind, [formField('kind', { values: ['announcements'] })]) },
    at,
  )
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
  for (const one of [juliet, nurse]) await enters(one)
  for (const one of [romeo, juliet, nurse]) one.takes()
  return { client, romeo, juliet, nurse, all: [romeo, juliet, nurse] }
}

test('an announcement is acknowledged by those without voice, and only their own devices hear of it', async () => {
  const { client, romeo, juliet, nurse, all } = await notices()
  await announces(romeo, 'Curfew')
  const id = idIn(juliet.takes())
  const phone = client('nurse/phone')
  await enters(phone)
  for (const one of [...all, phone]) one.takes()
  await marks(nurse, id)
  for (const one of [nurse, phone])
    assert.match(
      one.takes().join('\n'),
      new RegExp(
        `^<message [^>]*from='${COVEN}/nurse' type='groupchat' id='mark'><displayed [^>]*id='${id}'/><occupant-id [^>]*/></message>$`,
      ),
    )
  assert.deepEqual([...romeo.takes(), ...juliet.takes()], [])
  await nurse.says(`<message to='${COVEN}' type='groupchat' id='x'><body>Ay me</body></message>`)
  assert.match(nurse.takes()[0] ?? '', /<forbidden/, 'voice is another matter')
  await marks(nurse, id)
  assert.equal(nurse.takes().length, 1, 'who says it twice is told twice')
  for (const unknown of ['Curfew', '17', `${Number(id) + 1}`]) await marks(nurse, unknown)
  assert.deepEqual(nurse.takes(), [], 'XEP-0333 §5: what names no message is ignored')
  assert.ok((await nurse.asks(AskInfo, { node: undefined }, at)).features.includes('urn:xmpp:chat-markers:0'))
  await assert.rejects(asks(nurse), { condition: 'forbidden' })
})

test('owners and admins see who has read an announcement, and who has not', async () => {
  const { romeo, juliet, nurse } = await notices()
  await announces(romeo, 'Curfew')
  await romeo.says(`<message to='${COVEN}' type='groupchat' id='x'><body>Not to be acknowledged</body></message>`)
  await announces(romeo, 'Feast')
  const [curfew, , feast] = nurse.takes().map(text => idIn([text]))
  await marks(nurse, feast ?? '')
  await marks(juliet, curfew ?? '')
  const { form } = await asks(romeo)
  const field = form?.fields.find(({ name }) => name === 'announcement')
  assert.deepEqual(field?.options, [
    { label: 'Feast', value: feast },
    { label: 'Curfew', value: curfew },
  ])
  const said = async (announcement: string) => {
    const answer = await asks(romeo, { announcement })
    return [answer.notes[0]?.text, ...(answer.form?.items.map(item => item.map(({ values }) => values[0]).join(' ')) ?? [])]
  }
  assert.deepEqual(await said(feast ?? ''), ['1 of 2 have read it', 'juliet@chat.cam.ac.uk no', 'nurse@chat.cam.ac.uk yes'])
  assert.deepEqual(await said(curfew ?? ''), ['2 of 2 have read it', 'juliet@chat.cam.ac.uk yes', 'nurse@chat.cam.ac.uk yes'])
})

test('whoever acknowledges hears it once it is on disk, and an error where it cannot be', async () => {
  const kept = memoryStore(() => Date.UTC(2026, 10, 2))
  let written = Promise.withResolvers<void>()
  const rooms: Store['rooms'] = {
    load: name => kept.rooms.load(name),
    list: query => kept.rooms.list(query),
    of: person => kept.rooms.of(person),
    put: (...of) => kept.rooms.put(...of),
    setSubject: (...of) => kept.rooms.setSubject(...of),
    setMark: () => written.promise,
    remove: (...of) => kept.rooms.remove(...of),
    forget: person => kept.rooms.forget(person),
  }
  const { romeo, nurse } = await notices({ ...kept, rooms })
  await announces(romeo, 'Curfew')
  const id = idIn(nurse.takes())
  let marking = marks(nurse, id)
  await new Promise(setImmediate)
  assert.deepEqual(nurse.takes(), [], 'not yet')
  written.reject(new Error('The disk is full'))
  await marking
  assert.match(nurse.takes()[0] ?? '', /type='error'.*<resource-constraint/)
  written = Promise.withResolvers()
  marking = marks(nurse, id)
  written.resolve()
  await marking
  assert.match(nurse.takes()[0] ?? '', /<displayed/)
})

test('what was acknowledged outlives the server, and who is no more is forgotten', async () => {
  await using folder = temporaryStore()
  const before = await folder.open()
  const { romeo, nurse } = await notices(before)
  await announces(romeo, 'Curfew')
  const id = idIn(nurse.takes())
  await marks(nurse, id)
  await before.close()
  const store = await folder.open()
  const again = roomTown({}, { store: () => store })
  const back = again.client('nurse/kitchen')
  await enters(back)
  assert.match(back.takes().join('\n'), new RegExp(`<displayed [^>]*id='${id}'/>.*<delay`))
  await again.forget('nurse')
  assert.deepEqual((await store.rooms.load('coven'))?.marks, [])
})

test('in other rooms markers are said to everybody, as ever, by those who may speak', async () => {
  const { client } = roomTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await founds(romeo)
  await enters(juliet)
  for (const one of [romeo, juliet]) one.takes()
  await marks(juliet, '1')
  assert.match(romeo.takes()[0] ?? '', /<displayed/)
  await configures(romeo, { moderatedroom: '1' })
  const nurse = client('nurse/kitchen')
  await enters(nurse)
  nurse.takes()
  await marks(nurse, '1')
  assert.match(nurse.takes()[0] ?? '', /<forbidden/)
})
