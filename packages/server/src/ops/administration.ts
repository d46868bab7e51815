/**
 * What an operator can do at the machine: the `plodge` command does it here while the server is stopped, and through the control socket while
 * it runs. `call` calls the commands that clients have too (XEP-0133). Questions and answers are plain data, so that they can go through a socket as they are.
 */
import type { Accounts, Change } from '../accounts/accounts.ts'
import type { Made } from '../accounts/app-passwords/app-passwords.ts'
import type { AccessingDevice } from '../accounts/devices/device.ts'
import type { Devices } from '../accounts/devices/devices.ts'
import { readFeed } from '../accounts/feed/read.ts'
import type { FeedCounts } from '../accounts/feed/changes.ts'
import type { Rosters } from '../accounts/rosters.ts'
import type { Commands, Result } from '../routing/commands.ts'
import type { Session } from '../routing/session.ts'
import { type ConsoleQuestion, callFromConsole } from './console.ts'
import { type Moving, moving, type MovingNeeds, type MovingSettings } from './moving.ts'
import type { Outcome } from './outcome.ts'
import type { AccountRecord, Store } from '../storage/repositories.ts'

export interface Device {
  readonly resource: string
  readonly address: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly isAvailable: boolean
}

export interface PersonInfo {
  readonly localpart: string
  readonly address: string
  readonly name: string | null
  readonly source: 'local' | 'feed'
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly lockedAt: number | null
  /** What proves them: verifiers for SCRAM, a hash for the first PLAIN log-in, or nothing. */
  readonly proof: 'scram' | 'hash' | 'none'
  /** Null when the server does not run. */
  readonly devices: readonly Device[] | null
}

export type AppPasswordMade = Pick<Extract<Made, { kind: 'made' }>, 'id' | 'name' | 'password'>

export interface Administration extends Moving {
  addUser(question: { readonly localpart: string; readonly password: string; readonly name?: string }): Promise<Outcome<PersonInfo>>
  showUser(question: { readonly localpart: string }): Promise<Outcome<PersonInfo>>
  listUsers(question: { readonly after?: string; readonly limit: number }): Promise<Outcome<readonly PersonInfo[]>>
  lockUser(question: { readonly localpart: string }): Promise<Outcome<PersonInfo>>
  unlockUser(question: { readonly localpart: string }): Promise<Outcome<PersonInfo>>
  removeUser(question: { readonly localpart: string }): Promise<Outcome<PersonInfo>>
  setPassword(question: { readonly localpart: string; readonly password: string }): Promise<Outcome<PersonInfo>>
  importPasswords(question: { readonly file: string; readonly dryRun: boolean; readonly force: boolean }): Promise<Outcome<FeedCounts>>
  /** What has access to the account. */
  listDevices(question: { readonly localpart: string }): Promise<Outcome<readonly AccessingDevice[]>>
  /** Gives what was revoked. */
  revokeDevice(question: { readonly localpart: string; readonly id: string }): Promise<Outcome<AccessingDevice>>
  /** The password is told this once. */
  addAppPassword(question: { readonly localpart: string; readonly name: string }): Promise<Outcome<AppPasswordMade>>
  backup(question: { readonly file: string }): Promise<Outcome<null>>
  /** An administrative command by its node. */
  call(question: ConsoleQuestion): Promise<Outcome<Result>>
}

export interface AdministrationNeeds {
  readonly accounts: Accounts
  readonly store: Store
  readonly rosters: Rosters
  readonly commands: Commands
  readonly devices: Devices
  readonly settings: () => MovingSettings
  readonly clock: () => number
  /** Undefined when no server runs. */
  readonly sessionsOf?: (localpart: string) => readonly Session[]
  readonly filesOf: MovingNeeds['filesOf']
  /** What is in memory of somebody is not true any more. */
  readonly renewed: (localpart: string) => void
}

/** Every use that changes something is in the audit record before it happens. */
export function administration(needs: AdministrationNeeds): Administration {
  const all = { ...commandsOf(needs), ...moving(needs) }
  const recorded = (
    [
      'addUser',
      'lockUser',
      'unlockUser',
      'removeUser',
      'setPassword',
      'importPasswords',
      'revokeDevice',
      'addAppPassword',
      'backup',
      'exportUser',
      'importUsers',
    ] as const
  ).map(name => {
    const work = async (question: { readonly by?: string; readonly localpart?: string }): Promise<unknown> => {
      const about = question.localpart === undefined ? [] : [question.localpart]
      const who = `plodge ${question.by ?? ''}`.trim()
      await needs.store.audit.append({ at: needs.clock(), who, role: 'operator', command: name, about })
      return (all[name] as (question: object) => Promise<unknown>)(question)
    }
    return [name, work] as const
  })
  return { ...all, ...(Object.fromEntries(recorded) as Partial<Administration>) }
}

function commandsOf({
  accounts,
  store,
  settings,
  clock,
  commands,
  devices,
  sessionsOf,
}: AdministrationNeeds): Omit<Administration, keyof Moving> {
  const info = (account: AccountRecord): PersonInfo => ({
    localpart: account.localpart,
    address: `${account.localpart}@${settings().domain}`,
    name: account.name ?? null,
    source: account.source,
    createdAt: account.createdAt,
    lockedAt: account.lockedAt ?? null,
    proof: account.verifiers.length > 0 ? 'scram' : account.hash === undefined ? 'none' : 'hash',
    devices: sessionsOf?.(account.localpart).map(deviceOf) ?? null,
  })
  const told = (change: Change): Outcome<PersonInfo> => (change.kind === 'done' ? { kind: 'done', value: info(change.account) } : change)
  return {
    addUser: async newcomer => told(await accounts.add(newcomer)),
    async showUser({ localpart }) {
      const account = await accounts.find(localpart)
      return account
        ? { kind: 'done', value: info(account) }
        : { kind: 'refused', why: `There is nobody called ${JSON.stringify(localpart)}; see: plodge user list` }
    },
    listUsers: async ({ after, limit }) => ({ kind: 'done', value: (await accounts.list(after, limit)).map(info) }),
    lockUser: async ({ localpart }) => told(await accounts.lock(localpart)),
    unlockUser: async ({ localpart }) => told(await accounts.unlock(localpart)),
    removeUser: async ({ localpart }) => told(await accounts.remove(localpart)),
    setPassword: async ({ localpart, password }) => told(await accounts.setPassword(localpart, password)),
    async importPasswords({ file, dryRun, force }) {
      const reading = await readFeed(file, { localpart: settings().users.localpart, now: clock() })
      if (reading.kind === 'changing') return { kind: 'refused', why: `${file} is being written; try again when it is finished` }
      if (reading.kind !== 'feed') return { kind: 'refused', why: reading.why }
      const outcome = await accounts.takeFeed(reading.feed, { dryRun, force })
      return outcome.kind === 'applied' ? { kind: 'done', value: { ...outcome.counts, badLines: reading.feed.badLines } } : outcome
    },
    ...deviceWork(accounts, devices),
    async backup({ file }) {
      await store.backup(file)
      return { kind: 'done', value: null }
    },
    call: question => callFromConsole(commands, question),
  }
}

function deviceWork(
  accounts: AdministrationNeeds['accounts'],
  devices: Devices,
): Pick<Administration, 'listDevices' | 'revokeDevice' | 'addAppPassword'> {
  const nobody = (localpart: string): Outcome<never> => ({
    kind: 'refused',
    why: `There is nobody called ${JSON.stringify(localpart)}; see: plodge user list`,
  })
  return {
    async listDevices({ localpart }) {
      if (!(await accounts.exists(localpart))) return nobody(localpart)
      return { kind: 'done', value: await devices.list(localpart) }
    },
    async revokeDevice({ localpart, id }) {
      if (!(await accounts.exists(localpart))) return nobody(localpart)
      const device = await devices.find(localpart, id)
      if (!device) return { kind: 'refused', why: `There is no device ${JSON.stringify(id)}; see: plodge user devices ${localpart}` }
      await devices.revoke(localpart, device)
      return { kind: 'done', value: device }
    },
    async addAppPassword({ localpart, name }) {
      const made = await devices.makeAppPassword(localpart, name)
      return made.kind === 'made' ? { kind: 'done', value: { id: made.id, name: made.name, password: made.password } } : made
    },
  }
}

const deviceOf = ({ jid, address, since, presence }: Session): Device => ({
  resource: jid.resource,
  address,
  since,
  isAvailable: presence !== undefined,
})
