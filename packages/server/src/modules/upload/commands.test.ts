import assert from 'node:assert/strict'
import test from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { testSettings } from '@plodge/testkit/settings.ts'
import { Commands, type Result } from '../../routing/commands.ts'
import type { Store } from '../../storage/repositories.ts'
import { uploadCommands } from './commands.ts'
import { Quotas } from './quotas.ts'

const NO_LIMIT = { files: Infinity, bytes: Infinity }

interface Office {
  readonly store: Store
  readonly quotas: Quotas
  readonly uploads: (owner: string, ...names: string[]) => Promise<void>
  readonly does: (node: string, person: string, values?: Readonly<Record<string, string>>) => Promise<Result>
  readonly idsOf: (person: string) => Promise<readonly string[]>
}

function office(): Office {
  const store = memoryStore(() => 0)
  const quotas = new Quotas(store.documents, () => testSettings().upload)
  const commands = new Commands()
  const exists = (name: string): boolean => ['romeo', 'juliet'].includes(name)
  commands.register(...uploadCommands({ domain: 'chat.cam.ac.uk', exists, uploads: store.uploads, quotas }))
  let at = 0
  return {
    store,
    quotas,
    async uploads(owner, ...names) {
      for (const name of names) {
        at += 1000
        const record = { id: `${owner}-${name}`, owner, name: `${name}.jpg`, type: 'image/jpeg', size: 100, hash: name, createdAt: at }
        assert.equal(await store.uploads.put({ ...record, expiresAt: undefined }, NO_LIMIT), 'stored')
      }
    },
    async does(node, person, values = {}) {
      const found = commands.get(node) ?? assert.fail(`no ${node}`)
      const answers = new Map([
        ['accountjid', [`${person}@chat.cam.ac.uk`]],
        ...Object.entries(values).map(([name, value]) => [name, [value]] as const),
      ])
      assert.deepEqual(found.who, ['operator'])
      assert.deepEqual(found.about(answers), [`${person}@chat.cam.ac.uk`])
      return commands.perform(found, answers, { localpart: '', role: 'operator', session: undefined })
    },
    idsOf: async person => (await store.uploads.list(person, undefined, 1000)).map(({ id }) => id),
  }
}

test('files are listed newest first, a hundred at once', async () => {
  const { uploads, does } = office()
  await uploads('romeo', ...Array.from({ length: 101 }, (_, index) => `f${index}`))
  const { note, table } = await does('list-uploads', 'romeo')
  assert.equal(note, '101 files, 10100 bytes in all')
  assert.equal(table?.rows.length, 100)
  assert.deepEqual(table.rows[0], ['romeo-f100', 'f100.jpg', 'image/jpeg', '100', '1970-01-01T00:01:41Z', 'never'])
  const rest = await does('list-uploads', 'romeo', { before: 'romeo-f1' })
  assert.deepEqual(
    rest.table?.rows.map(([id]) => id),
    ['romeo-f0'],
  )
  assert.equal((await does('list-uploads', 'juliet', { before: 'romeo-f1' })).severity, 'error')
})

test('one file is deleted, or all, or the same of everybody', async () => {
  const { uploads, does, idsOf, store } = office()
  await uploads('romeo', 'a', 'b', 'c')
  await uploads('juliet', 'b', 'c', 'd')
  assert.equal((await does('delete-uploads', 'romeo', { id: 'romeo-a' })).note, 'Deleted: 1 file, 100 bytes')
  assert.deepEqual(await idsOf('romeo'), ['romeo-c', 'romeo-b'])
  await does('delete-uploads', 'romeo', { id: 'romeo-b', copies: 'true' })
  assert.deepEqual([await idsOf('romeo'), await idsOf('juliet')], [['romeo-c'], ['juliet-d', 'juliet-c']])
  assert.deepEqual(await store.uploads.loose(10), ['a', 'b'])
  await does('delete-uploads', 'juliet', { all: 'true' })
  assert.deepEqual([await idsOf('romeo'), await idsOf('juliet')], [['romeo-c'], []])
})

test('what is not said clearly deletes nothing', async () => {
  const { uploads, does, idsOf } = office()
  await uploads('romeo', 'a')
  for (const values of [{}, { id: 'romeo-a', all: 'true' }, { id: 'nothing' }]) {
    assert.equal((await does('delete-uploads', 'romeo', values)).severity, 'error')
  }
  assert.equal((await does('delete-uploads', 'juliet', { id: 'romeo-a' })).severity, 'error')
  await assert.rejects(does('delete-uploads', 'tybalt', { all: 'true' }), { condition: 'item-not-found' })
  assert.deepEqual(await idsOf('romeo'), ['romeo-a'])
})

test('a person has the quota of the settings, or one of their own until it is taken back', async () => {
  const { uploads, does, quotas } = office()
  await uploads('romeo', 'a')
  const values = ({ fields = [] }: Result): readonly string[] => fields.map(({ values: [value = ''] }) => value)
  assert.deepEqual(values(await does('upload-quota', 'romeo')), ['1', '100', '1000', '104857600', 'the settings'])
  assert.deepEqual(values(await does('upload-quota', 'romeo', { files: '5', bytes: '500' })), ['1', '100', '5', '500', 'an operator'])
  assert.deepEqual(await quotas.of('romeo'), { files: 5, bytes: 500 })
  assert.deepEqual(await quotas.of('juliet'), { files: 1000, bytes: 104_857_600 })
  for (const wrong of [{ files: '5' }, { bytes: '5' }, { files: '-1', bytes: '5' }, { files: 'x', bytes: 'default' }]) {
    assert.equal((await does('upload-quota', 'romeo', wrong)).severity, 'error')
  }
  assert.deepEqual(values(await does('upload-quota', 'romeo', { files: 'default' })).slice(2), ['1000', '104857600', 'the settings'])
})
