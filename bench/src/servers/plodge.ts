/** Plodge from this repository: its command, its configuration file, a password feed with SCRAM verifiers, SQLite. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { contactsOf, domain, iterations, keys, nameOf, people, salt } from '../people.ts'
import { makeCertificate } from '../workshop.ts'
import { end, freePort, launch } from './running.ts'
import type { Launch, Run, Server } from './server.ts'

const repository = fileURLToPath(new URL('../../../', import.meta.url))
export const command = join(repository, 'packages/plodge/src/plodge.js')

export const isPlodgeThere = () => existsSync(command)

export const plodge: Server = {
  name: 'plodge',
  protocol: 'xmpp',
  version: () =>
    `${JSON.parse(readFileSync(join(repository, 'packages/plodge/package.json'), 'utf8')).version} on Node ${process.versions.node}`,
  remarks:
    'Accounts come from a password feed; rosters and the archive are in SQLite, and what is acknowledged is on disk. It has taken in the feed before, as the others have their accounts.',
  async prepare(template) {
    writeFileSync(join(template, 'people.passwd'), people.map(name => `${name}:${verifier}\n`).join(''))
    mkdirSync(join(template, 'data'))
    await writeRosters(join(template, 'data'))
    await importPeople(join(template, 'data'), join(template, 'people.passwd'))
    await takeFeed(template)
  },
  arrange,
}

function arrange(run: Run): Launch {
  return {
    command: process.execPath,
    arguments: [command, 'start', '--config', join(run.folder, 'plodge.toml')],
    environment: {},
    files: { 'plodge.toml': configuration(run) },
  }
}

/** Starts it once, so that its accounts are in its database as those of the others are in theirs. */
async function takeFeed(template: string): Promise<void> {
  const { certificate, key } = makeCertificate(template)
  const log = join(template, 'bench.log')
  const child = launch(
    arrange({ folder: template, port: await freePort(), archive: false, security: 'tls', certificate, key }),
    template,
    log,
  )
  for (let waited = 0; child.exitCode === null && waited < 30_000; waited += 50) {
    if (/^ready/m.test(readFileSync(log, 'utf8'))) return end(child)
    await pause(50)
  }
  await end(child)
  throw new Error(`Plodge could not be given its accounts: ${readFileSync(log, 'utf8').slice(-500)}`)
}

const verifier = `{SCRAM-SHA-1}${iterations},${[salt, keys.storedKey, keys.serverKey].map(part => part.toString('base64')).join(',')}`

async function writeRosters(folder: string): Promise<void> {
  const { openSqliteStore } = await import('@plodge/server/storage/sqlite/store.ts')
  const store = await openSqliteStore({ folder })
  const row = {
    name: undefined,
    groups: [],
    subscription: 'both',
    ask: false,
    approved: false,
    listed: true,
    pendingIn: undefined,
  } as const
  const written = people.flatMap((owner, index) =>
    contactsOf(index).map((contact, at) => store.rosters.put(owner, { contact: `${nameOf(contact)}@${domain}`, ...row }, at + 1)),
  )
  await Promise.all(written)
  await store.close()
}

/** As `plodge passwords import` does: the peers know everybody before they start, too. */
async function importPeople(folder: string, feed: string): Promise<void> {
  const [{ openSqliteStore }, { Accounts }, { offlineDevices }, { Passwords }, { administration }, { Commands }, { Rosters }] =
    await Promise.all([
      import('@plodge/server/storage/sqlite/store.ts'),
      import('@plodge/server/accounts/accounts.ts'),
      import('@plodge/server/accounts/devices/offline.ts'),
      import('@plodge/server/accounts/passwords/passwords.ts'),
      import('@plodge/server/ops/administration.ts'),
      import('@plodge/server/routing/commands.ts'),
      import('@plodge/server/accounts/rosters.ts'),
    ])
  const store = await openSqliteStore({ folder })
  const passwords = new Passwords()
  const settings = {
    domain,
    users: {
      localpart: /^[a-z][a-z0-9]{1,7}$/u,
      feedMayShrink: 0.05,
      keepAppPasswords: true,
      appPasswords: true,
      mainPassword: 'always',
    },
    limits: { appPasswords: 20, clientsPerAccount: 50, nodes: 50, nodeItems: 100, nodeItemBytes: 65_536 },
  } as const
  const log = { info: () => {}, warn: () => {}, error: console.error }
  const accounts = await Accounts.open({ store, passwords, settings: () => settings, log, clock: Date.now })
  const commands = new Commands()
  const devices = await offlineDevices({ store, accounts, passwords, settings: () => settings, log })
  const rosters = new Rosters(store.rosters)
  const office = administration({
    accounts,
    store,
    rosters,
    settings: () => settings,
    clock: Date.now,
    commands,
    devices,
    renewed: () => {},
    filesOf: async function* () {},
  })
  const outcome = await office.importPasswords({ file: feed, dryRun: false, force: false })
  if (outcome.kind !== 'done') throw new Error(outcome.why)
  await passwords.close()
  await store.close()
}

function configuration({ folder, port, archive, security, certificate, key }: Run): string {
  const address = `"127.0.0.1:${port}"`
  const [plain, tls] = security === 'tls' ? ['false', address] : [address, 'false']
  return `domain = "${domain}"
data = "${folder}/data"
[listen]
client = ${plain}
client_tls = ${tls}
https = false
metrics = false
[tls]
certificate = "${certificate}"
key = "${key}"
[users]
localpart = "^[a-z][a-z0-9]{1,7}$"
password_feed = "${folder}/people.passwd"
[limits]
rates = false
[archive]
enabled = ${archive}
`
}
