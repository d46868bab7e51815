/** Does an operator's work: through the running server, or on the store itself when no server runs. */
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { Accounts } from '@plodge/server/accounts/accounts.ts'
import { offlineDevices } from '@plodge/server/accounts/devices/offline.ts'
import { Passwords } from '@plodge/server/accounts/passwords/passwords.ts'
import { type Administration, administration } from '@plodge/server/ops/administration.ts'
import type { Outcome } from '@plodge/server/ops/outcome.ts'
import { askControlSocket } from '@plodge/server/ops/control-socket.ts'
import { Roles } from '@plodge/server/accounts/roles.ts'
import { Rosters } from '@plodge/server/accounts/rosters.ts'
import { addCommands } from '@plodge/server/modules/administration/administration.ts'
import { Notices } from '@plodge/server/modules/administration/notices.ts'
import { UsageRecord } from '@plodge/server/modules/administration/usage.ts'
import { uploadCommands } from '@plodge/server/modules/upload/commands.ts'
import { Blobs } from '@plodge/server/modules/upload/blobs.ts'
import { ownFiles } from '@plodge/server/modules/upload/own-files.ts'
import { Quotas } from '@plodge/server/modules/upload/quotas.ts'
import { Commands } from '@plodge/server/routing/commands.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Store } from '@plodge/server/storage/repositories.ts'
import type { Settings } from '@plodge/server/settings.ts'
import { openSqliteStore } from '@plodge/server/storage/sqlite/store.ts'
import { loadConfig } from './config/load.ts'
import { findConfig } from './config/find.ts'
import type { Invocation } from './command.ts'
import type { Terminal } from './terminal.ts'

type ValueOf<K extends keyof Administration> = Awaited<ReturnType<Administration[K]>> extends Outcome<infer T> ? T : never
export type Ask = <K extends keyof Administration>(command: K, question: Parameters<Administration[K]>[0]) => Promise<Outcome<ValueOf<K>>>

/** Calls `work` with a way to ask; whatever that opens is closed again. */
export async function administer<T>(
  { options, terminal }: Pick<Invocation, 'options' | 'terminal'>,
  work: (ask: Ask, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = loadConfig(findConfig(options['config']))
  let offline: Offline | undefined
  const ask: Ask = async <K extends keyof Administration>(command: K, question: Parameters<Administration[K]>[0]) => {
    const signed = { ...question, by: whoAsks() }
    const outcome = offline ? undefined : await askControlSocket(settings.data, command, signed)
    // The server answers with what its own administration gives: of the same version, by the same types.
    if (outcome) return outcome as Outcome<ValueOf<K>>
    offline ??= await openOffline(settings, terminal)
    const own = offline.administration[command] as (question: object) => Promise<Outcome<ValueOf<K>>>
    return own(signed)
  }
  try {
    return await work(ask, settings)
  } finally {
    await offline?.close()
  }
}

interface Offline {
  readonly administration: Administration
  close(): Promise<void>
}

async function openOffline(settings: Settings, terminal: Terminal): Promise<Offline> {
  const store = await openSqliteStore({ folder: settings.data })
  const passwords = new Passwords()
  const tell = (details: object, message: string): void => terminal.complain(`${message} ${JSON.stringify(details)}`)
  const log = { info: () => {}, warn: tell, error: tell }
  const accounts = await Accounts.open({ store, passwords, settings: () => settings, log, clock: Date.now })
  const rosters = new Rosters(store.rosters)
  const commands = await offlineCommands(settings, store, accounts, rosters)
  const devices = await offlineDevices({ store, accounts, passwords, settings: () => settings, log })
  return {
    administration: administration({
      accounts,
      store,
      rosters,
      settings: () => settings,
      clock: Date.now,
      commands,
      devices,
      filesOf: localpart => ownFiles(store.uploads, new Blobs(join(settings.data, 'uploads')), localpart, Date.now()),
      renewed: () => {},
    }),
    async close() {
      await accounts.settled()
      await passwords.close()
      await store.close()
    },
  }
}

async function offlineCommands(settings: Settings, store: Store, accounts: Accounts, rosters: Rosters): Promise<Commands> {
  const domain = Jid.parse(settings.domain)?.account
  if (!domain) throw new Error(`domain: ${settings.domain} is not a domain name`)
  const notices = new Notices({ documents: store.documents, domain, clock: Date.now })
  await notices.load()
  const commands = new Commands()
  const needs = {
    domain,
    accounts,
    rosters,
    roles: await Roles.open({ documents: store.documents, configured: () => settings.roles }),
    notices,
    presences: new UsageRecord(store.usage, Date.now),
    audit: store.audit,
    live: undefined,
  }
  addCommands(commands, needs, Date.now)
  const { uploads, documents } = store
  const quotas = new Quotas(documents, () => settings.upload)
  commands.register(...uploadCommands({ domain: domain.domain, exists: name => accounts.exists(name), uploads, quotas }))
  return commands
}

/** For the audit record: who became root, rather than root. */
function whoAsks(): string {
  try {
    return process.env['SUDO_USER'] ?? userInfo().username
  } catch {
    return ''
  }
}

/** The value, or an Error with the reason. */
export function doneOr<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'refused') throw new Error(outcome.why)
  return outcome.value
}
