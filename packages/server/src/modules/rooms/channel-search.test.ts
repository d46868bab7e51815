import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskSearchForm, BY_ADDRESS, SEARCH_PARAMS, SearchChannels } from '@plodge/xmpp/xeps/channel-search.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskUniqueName } from '@plodge/xmpp/xeps/muc.ts'
import { type ResultSet, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { enters, founds, GROUP, roomTown } from './rooms.testing.ts'

async function people() {
  const { client } = roomTown()
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await founds(romeo, { roomname: 'Reading group', roomdesc: 'Poètes of the Renaissance' }, `readers@${GROUP}`)
  await founds(romeo, { roomname: 'Gardens', membersonly: '1', lang: 'en' }, `knot-garden@${GROUP}`)
  await founds(romeo, { roomname: 'Secret readings', publicroom: '0' }, `secret@${GROUP}`)
  await enters(juliet, `knot-garden@${GROUP}`)
  return juliet
}
const at = { to: GROUP }
type Client = Awaited<ReturnType<typeof people>>
const searches = (client: Client, fields: Readonly<Record<string, string>>, page?: Partial<ResultSet>) =>
  client.asks(
    SearchChannels,
    {
      form: namedForm(
        'submit',
        SEARCH_PARAMS,
        Object.entries(fields).map(([name, value]) => formField(name, { values: [value] })),
      ),
      page: page && { ...WHOLE_SET, ...page },
    },
    at,
  )
const finds = async (...[client, fields, page]: Parameters<typeof searches>): Promise<readonly string[]> =>
  (await searches(client, fields, page)).items.map(({ address }) => address.split('@')[0] ?? '')

test('XEP-0433 §3.2: the form says what can be searched by', async () => {
  const { form } = await (await people()).asks(AskSearchForm, { form: undefined, page: undefined }, at)
  assert.deepEqual(
    form?.fields.map(({ name }) => name),
    ['FORM_TYPE', 'q', 'all', 'sinname', 'sindescription', 'sinaddress', 'types', 'key'],
  )
})

test('XEP-0433 §3.3: public rooms are found by beginnings of words, whatever their accents, where the form says', async () => {
  const juliet = await people()
  assert.deepEqual(await finds(juliet, { q: 'read' }), ['readers'], 'and no hidden one')
  assert.deepEqual(await finds(juliet, { q: 'POETES renaiss' }), ['readers'])
  assert.deepEqual(await finds(juliet, { q: 'poetes', sindescription: '0' }), [])
  assert.deepEqual(await finds(juliet, { q: 'garden' }), ['knot-garden'])
  assert.deepEqual(await finds(juliet, { q: 'knot', sinaddress: 'false' }), [])
  const { items } = await searches(juliet, { q: 'gardens' })
  assert.deepEqual(items[0], {
    address: `knot-garden@${GROUP}`,
    name: 'Gardens',
    description: undefined,
    language: 'en',
    users: '1',
    type: 'xep-0045',
    isOpen: 'false',
    anonymity: '{urn:xmpp:channel-search:0:anonymity}none',
  })
})

test('XEP-0433: all of them, in the order that was asked for, page by page', async () => {
  const juliet = await people()
  const all = { all: 'true', key: BY_ADDRESS }
  assert.deepEqual(await finds(juliet, all), ['knot-garden', 'readers'])
  assert.deepEqual(await finds(juliet, all, { max: 1 }), ['knot-garden'])
  assert.deepEqual(await finds(juliet, all, { max: 1, after: `knot-garden@${GROUP}` }), ['readers'])
  assert.deepEqual(await finds(juliet, all, { max: 1, before: '' }), ['readers'])
  await assert.rejects(finds(juliet, all, { after: `gone@${GROUP}` }), { condition: 'item-not-found' })
  assert.equal((await searches(juliet, { all: 'true' })).page?.count, 2)
})

test('XEP-0433 §3.3: what cannot be searched for is refused with the reason', async () => {
  const juliet = await people()
  for (const [fields, condition, detail] of [
    [{ q: 'x', key: 'beauty' }, 'feature-not-implemented', 'invalid-sort-key'],
    [{ q: '!?' }, 'bad-request', 'invalid-search-terms'],
    [{ q: 'x', all: '1' }, 'bad-request', 'conflicting-fields'],
    [{}, 'bad-request', 'no-search-conditions'],
  ] as const)
    await assert.rejects(searches(juliet, fields), (error: { condition?: string; detail?: { name: string } }) => {
      assert.deepEqual([error.condition, error.detail?.name], [condition, detail])
      return true
    })
})

test('XEP-0307: whoever may make a room is given a name that no room has', async () => {
  const romeo = roomTown().client('romeo/orchard')
  const name = await romeo.asks(AskUniqueName, undefined, { to: GROUP })
  assert.match(name, /^[0-9a-f-]{36}$/)
  assert.notEqual(await romeo.asks(AskUniqueName, undefined, { to: GROUP }), name)
  await founds(romeo, {}, `${name}@${GROUP}`)
  await assert.rejects(romeo.asks(AskUniqueName, undefined, { to: `${name}@${GROUP}` }), { condition: 'service-unavailable' })
})
