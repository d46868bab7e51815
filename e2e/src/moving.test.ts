/** A person moves to Debian's Prosody with all that is theirs, and back, by way of the file that both know (XEP-0227). */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { type Door, leavingOnce } from './clients/device.ts'
import { unless } from './clients/skip.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { startPlodge } from './target/plodge.ts'
import { startProsody } from './target/prosody.ts'
import { type Account, person, type RunningTarget } from './target/target.ts'

const COMMAND = join(import.meta.dirname, '../../packages/plodge/src/plodge.js')
const MIGRATOR = '/usr/bin/prosody-migrator'
const run = promisify(execFile)
const hasMigrator = spawnSync('lua5.4', ['-v']).status === 0 && spawnSync('test', ['-r', MIGRATOR]).status === 0
const missing = slixmpp.missing ?? (hasMigrator ? undefined : 'the Debian packages prosody and lua5.4 are not installed')

const folder = mkdtempSync(join(tmpdir(), 'e2e-moving-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

/** Prosody's own tool, which keeps files of XEP-0227 only where Prosody keeps its data. */
async function migrate(files: string, from: 'files' | 'internal', to: 'files' | 'internal'): Promise<void> {
  const tool = at('migrator')
  writeFileSync(tool, readFileSync(MIGRATOR, 'utf8').replace(/^CFG_DATADIR=.*$/m, `CFG_DATADIR='${files}'`))
  const stores = `{ hosts = { ["localhost"] = { "accounts", "roster", "vcard", "private", "pep-pubsub", "archive-archive" } }`
  writeFileSync(
    at('migrator.cfg.lua'),
    `files ${stores}; type = "xep0227" }\ninternal ${stores}; type = "internal"; path = "${at('prosody')}" }\n`,
  )
  // It stumbles over what a host has for itself, which is nothing.
  await run('lua5.4', [tool, '--root', '--keep-going', '--config', at('migrator.cfg.lua'), from, to])
}

async function plodge(target: RunningTarget, ...words: readonly string[]): Promise<string> {
  const config = join(dirname(target.certificateFile), 'plodge.toml')
  return (await run(process.execPath, [COMMAND, ...words, '--config', config])).stdout
}

const door = (mechanism: string): Door => ({ label: mechanism, mechanism, transport: 'tls' })

const enter = async (target: RunningTarget, account: Account, mechanism = 'PLAIN') =>
  leavingOnce(await slixmpp.connect(target, account, { resource: 'desk', door: door(mechanism) }))

test('contacts, history and password go to Prosody, and come back with what was said there', { skip: unless(missing) }, async t => {
  const first = await startPlodge({ people: 2 })
  t.after(() => first.stop())
  const [anna, ben] = [person(first, 0), person(first, 1)]
  const desk = await enter(first, anna)
  const other = await enter(first, ben)
  await desk.befriend(other.jid.replace(/\/.*/, ''))
  await other.accept('user0@localhost')
  await desk.accept('user1@localhost')
  other.say('user0@localhost', 'said at the first place')
  await desk.hears('said at the first place')
  await Promise.all([desk.leave(), other.leave()])

  mkdirSync(at('there'))
  await plodge(first, 'user', 'export', anna.name, at('there/user0@localhost.xml'))
  await plodge(first, 'user', 'export', ben.name, at('there/user1@localhost.xml'))
  await migrate(at('there'), 'files', 'internal')
  const prosody = await startProsody({ people: 0, data: at('prosody') })
  try {
    const [there, friend] = [await enter(prosody, anna, 'SCRAM-SHA-1'), await enter(prosody, ben, 'SCRAM-SHA-1')]
    assert.deepEqual(await there.contacts(), new Map([['user1@localhost', 'both']]))
    assert.deepEqual(await there.history(10), ['said at the first place'])
    friend.say('user0@localhost', 'said at Prosody')
    await there.hears('said at Prosody')
    await Promise.all([there.leave(), friend.leave()])
  } finally {
    await prosody.stop()
  }

  mkdirSync(at('back'))
  await migrate(at('back'), 'internal', 'files')
  const second = await startPlodge({ people: 0 })
  t.after(() => second.stop())
  for (const name of ['user0', 'user1']) await plodge(second, 'user', 'import', at(`back/${name}@localhost.xml`))
  const home = await enter(second, anna, 'SCRAM-SHA-1')
  assert.deepEqual(await home.contacts(), new Map([['user1@localhost', 'both']]))
  assert.deepEqual(await home.history(10), ['said at the first place', 'said at Prosody'])
  await home.leave()

  // At the first place everything but the news is known, the messages by the ids that they had.
  renameSync(at('back/user0@localhost.xml'), at('news.xml'))
  const { people } = JSON.parse(await plodge(first, 'user', 'import', at('news.xml'), '--json')) as {
    readonly people: readonly { readonly messages: number }[]
  }
  assert.deepEqual(
    people.map(({ messages }) => messages),
    [1],
  )
})
