/** Devices where no server runs: nobody is connected, and the next server finds what was done. */
import type { Log } from '../../routing/host.ts'
import type { Settings } from '../../settings.ts'
import type { Store } from '../../storage/repositories.ts'
import type { Accounts } from '../accounts.ts'
import { AppPasswords } from '../app-passwords/app-passwords.ts'
import { Clients } from '../clients/clients.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { WebSessions } from '../web-sessions/web-sessions.ts'
import { Devices } from './devices.ts'

export interface OfflineOptions {
  readonly store: Pick<Store, 'clients' | 'webSessions' | 'documents'>
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly settings: () => {
    readonly users: Pick<Settings['users'], 'appPasswords' | 'mainPassword'>
    readonly limits: Pick<Settings['limits'], 'appPasswords' | 'clientsPerAccount'>
  }
  readonly log: Pick<Log, 'error'>
}

export async function offlineDevices({ store, accounts, passwords, settings, log }: OfflineOptions): Promise<Devices> {
  const clock = Date.now
  const clients = await Clients.open({ store, log, clock, most: () => settings().limits.clientsPerAccount })
  accounts.onLoss((localparts, loss) => (loss === 'password' ? clients.passwordChanged(localparts) : undefined))
  const webSessions = new WebSessions({ store, log, clock, keepsAddresses: () => false })
  const isOn = (): boolean => settings().users.appPasswords
  const appPasswords = new AppPasswords({ accounts, passwords, clients, clock, isOn, most: () => settings().limits.appPasswords })
  return new Devices({
    accounts,
    clients,
    webSessions,
    appPasswords,
    rule: () => settings().users,
    sessionsOf: () => [],
    endSession: () => {},
    clock,
  })
}
