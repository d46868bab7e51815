/** Makes the sample campus: a configuration, a certificate of its own, and a dozen people who know each other. */
import { Accounts } from '@plodge/server/accounts/accounts.ts'
import { Passwords } from '@plodge/server/accounts/passwords/passwords.ts'
import type { Settings } from '@plodge/server/settings.ts'
import type { Store } from '@plodge/server/storage/repositories.ts'
import { openSqliteStore } from '@plodge/server/storage/sqlite/store.ts'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config/load.ts'
import { addLife } from './life.ts'
import { SAMPLE_PASSWORD, SAMPLE_PEOPLE } from './people.ts'
import { type SamplePorts, hasIPv6, loopbackFor, sampleConfig } from './config.ts'
import { selfSigned } from './self-signed.ts'
import { sampleWebTier } from './web-tier.ts'

/** Its domain: what a client on this machine can reach without any DNS. */
export const SAMPLE_DOMAIN = 'localhost'
const CERTIFICATE_DAYS = 825

/** The configuration is written last: a campus that has one is whole. Gives its file. */
export async function makeCampus(folder: string, ports: SamplePorts): Promise<string> {
  const file = join(folder, 'plodge.toml')
  if (existsSync(file)) throw new Error(`There is a campus in ${folder} already. To begin anew, remove the folder`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { certificate, key } = selfSigned([SAMPLE_DOMAIN, '127.0.0.1', '::1'], CERTIFICATE_DAYS)
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
  writeFileSync(join(folder, 'cert.pem'), certificate)
  const loopback = loopbackFor(hasIPv6())
  const text = sampleConfig(SAMPLE_DOMAIN, ports, loopback) + sampleWebTier(folder, SAMPLE_DOMAIN, ports, loopback)
  await addPeople(readConfig(text, file))
  writeFileSync(file, text)
  return file
}

async function addPeople(settings: Settings): Promise<void> {
  const store = await openSqliteStore({ folder: settings.data })
  const passwords = new Passwords()
  try {
    const quiet = (): void => {}
    const log = { info: quiet, warn: quiet, error: quiet }
    const accounts = await Accounts.open({ store, passwords, settings: () => settings, log, clock: Date.now })
    await Promise.all(SAMPLE_PEOPLE.map(person => addPerson(accounts, person)))
    await Promise.all(SAMPLE_PEOPLE.map(({ localpart }) => addContacts(store, localpart)))
    await accounts.settled()
    await addLife(store, SAMPLE_DOMAIN, Date.now())
  } finally {
    await passwords.close()
    await store.close()
  }
}

async function addPerson(accounts: Accounts, { localpart, name }: { readonly localpart: string; readonly name: string }): Promise<void> {
  // Somebody may be here already when the last attempt was cut short.
  if (await accounts.exists(localpart)) return
  const change = await accounts.add({ localpart, name, password: SAMPLE_PASSWORD })
  if (change.kind === 'refused') throw new Error(change.why)
}

async function addContacts({ rosters }: Store, localpart: string): Promise<void> {
  const me = SAMPLE_PEOPLE.find(person => person.localpart === localpart)
  const { version } = await rosters.load(localpart)
  if (!me || version > 0) return
  const contacts = SAMPLE_PEOPLE.filter(person => person !== me).flatMap(({ localpart, name, groups }) => {
    const shared = groups.filter(group => me.groups.includes(group))
    return shared.length > 0 ? [{ contact: `${localpart}@${SAMPLE_DOMAIN}`, name, groups: shared }] : []
  })
  const state = { subscription: 'both', ask: false, approved: false, listed: true, pendingIn: undefined } as const
  await Promise.all(contacts.map((contact, i) => rosters.put(localpart, { ...contact, ...state }, i + 1)))
}
