/** For tests of the accounts: everything but the sockets, with a log that is kept and a clock that is set. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import type { Store } from '../storage/repositories.ts'
import { openSqliteStore } from '../storage/sqlite/store.ts'
import { Accounts } from './accounts.ts'
import { AppPasswords } from './app-passwords/app-passwords.ts'
import type { PasswordRule } from './app-passwords/rule.ts'
import { Clients } from './clients/clients.ts'
import { Credentials } from './credentials.ts'
import { Decoys } from './decoys.ts'
import { type Feed, parseFeed } from './feed/parse.ts'
import type { Passwords } from './passwords/passwords.ts'
import { WebSessions } from './web-sessions/web-sessions.ts'

export const CRSID = /^[a-z][a-z0-9]{1,7}$/

interface CampusOptions {
  readonly failedLoginsPerMinute?: number
  readonly feedMayShrink?: number
  readonly keepAppPasswords?: boolean
  readonly refusalMillis?: number
  readonly onDisk?: boolean
  readonly mainPassword?: PasswordRule['mainPassword']
}

/** The password threads are the file's: starting them takes a while. */
export async function campus(
  t: TestContext,
  passwords: Passwords,
  {
    failedLoginsPerMinute = Infinity,
    feedMayShrink = 0.05,
    keepAppPasswords = true,
    refusalMillis = 0,
    onDisk = false,
    mainPassword = 'always',
  }: CampusOptions = {},
) {
  const { store, remove } = onDisk ? await sqlite() : { store: memoryStore(Date.now), remove: async () => {} }
  const clock = { now: 1_000_000 }
  const logged: string[] = []
  const keep = (details: object, message: string): void => void logged.push(`${message} ${JSON.stringify(details)}`)
  const log = { info: keep, warn: keep, error: keep }
  const settings = () => ({ users: { localpart: CRSID, feedMayShrink, keepAppPasswords } })
  const accounts = await Accounts.open({ store, passwords, settings, log, clock: () => clock.now })
  const decoys = await Decoys.open(store.documents)
  const limits = () => ({ rates: true, failedLoginsPerMinute })
  const rule: { appPasswords: boolean; mainPassword: PasswordRule['mainPassword'] } = { appPasswords: true, mainPassword }
  const now = (): number => clock.now
  const credentials = new Credentials({ accounts, passwords, decoys, limits, rule: () => rule, log, clock: now, refusalMillis })
  const clients = await Clients.open({ store, log, clock: now, most: () => 10 })
  const webSessions = new WebSessions({ store, log, clock: now, keepsAddresses: () => true })
  const appPasswords = new AppPasswords({ accounts, passwords, clients, clock: now, isOn: () => rule.appPasswords, most: () => 3 })
  const losses: string[] = []
  accounts.onLoss((localparts, loss) => void losses.push(`${localparts.join(' ')} ${loss}`))
  t.after(async () => {
    await credentials.settled()
    await accounts.settled()
    await store.close()
    await remove()
  })
  return { store, accounts, credentials, clients, webSessions, appPasswords, rule, clock, logged, log, losses }
}

export async function feedOf(lines: readonly string[]): Promise<Feed> {
  const parsed = await parseFeed([Buffer.from(lines.map(line => `${line}\n`).join(''))], { localpart: CRSID, now: 0 })
  if (parsed.kind === 'broken') throw new Error(parsed.why)
  return parsed.feed
}

async function sqlite(): Promise<{ readonly store: Store; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'plodge-accounts-'))
  return { store: await openSqliteStore({ folder }), remove: () => rm(folder, { recursive: true }) }
}
