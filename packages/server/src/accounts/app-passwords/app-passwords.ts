/** App passwords: one for each device, made here, shown once, and taken back without any other noticing. */
import { randomBytes } from 'node:crypto'
import type { AccountRecord, AppPassword, Localpart } from '../../storage/repositories.ts'
import { Allowance } from '../allowance.ts'
import type { Accounts, Change } from '../accounts.ts'
import type { Clients } from '../clients/clients.ts'
import { readName } from '../clients/names.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { haveSalts, sharedSalts } from './salts.ts'
import { makeAppPassword } from './words.ts'

export interface AppPasswordsOptions {
  readonly accounts: Pick<Accounts, 'find' | 'changeAppPasswords'>
  readonly passwords: Pick<Passwords, 'derive'>
  readonly clients: Pick<Clients, 'revokeAppPassword'>
  readonly clock: () => number
  readonly isOn: () => boolean
  /** Of one account. */
  readonly most: () => number
}

/** The words are for whoever asked. `password` is told this once, and then known nowhere. */
export type Made =
  | { readonly kind: 'made'; readonly id: string; readonly name: string; readonly password: string }
  | { readonly kind: 'refused'; readonly why: string }

/** The sessions that logged in with it must end. */
export type EndAppPassword = (localpart: Localpart, id: string) => void

const refused = (why: string): Made & { kind: 'refused' } => ({ kind: 'refused', why })
const TRIES = 3
/** Each costs some milliseconds of a password thread. */
const MOST_AN_HOUR = 30

export class AppPasswords {
  readonly #options: AppPasswordsOptions
  readonly #enders: EndAppPassword[] = []
  readonly #allowance: Allowance

  constructor(options: AppPasswordsOptions) {
    this.#options = options
    this.#allowance = new Allowance(MOST_AN_HOUR, options.clock)
  }

  /** Told of each that is revoked. */
  onRevoked(end: EndAppPassword): void {
    this.#enders.push(end)
  }

  /** It is on disk when this settles. */
  async make(localpart: Localpart, called: string): Promise<Made> {
    const { accounts, passwords, clock } = this.#options
    const name = readName(called)
    if (name === undefined) return refused('Say which device it is for, such as: phone')
    if (!this.#allowance.take(localpart)) return refused('Too many app passwords were made in this hour; try again in the next')
    const password = makeAppPassword()
    const id = randomBytes(10).toString('hex')
    for (let i = 0; i < TRIES; i++) {
      const account = await accounts.find(localpart)
      const why = account ? this.#refusalOf(account, name) : `There is nobody called ${JSON.stringify(localpart.slice(0, 50))}`
      if (!account || why !== undefined) return refused(why ?? '')
      const verifiers = await passwords.derive(password, { salts: sharedSalts(account) })
      if (!verifiers) return refused('No password could be made just now; try again')
      const made: AppPassword = { id, name, createdAt: clock(), verifiers }
      let isOld = false
      const change = await accounts.changeAppPasswords(localpart, now => {
        isOld = !haveSalts(verifiers, sharedSalts(now))
        const why = isOld ? 'The password of the account has just changed; try again' : this.#refusalOf(now, name)
        return why === undefined ? [...(now.appPasswords ?? []), made] : { kind: 'refused', why }
      })
      if (change.kind === 'done') return { kind: 'made', id, name, password }
      if (!isOld) return change
    }
    return refused('The password of the account has just changed; try again')
  }

  /** False when there is none. What was had by it is worth nothing once this settles. */
  async revoke(localpart: Localpart, id: string): Promise<boolean> {
    const { accounts, clients } = this.#options
    const none: Change = { kind: 'refused', why: 'There is no such app password' }
    const change = await accounts.changeAppPasswords(localpart, ({ appPasswords = [] }) =>
      appPasswords.some(known => known.id === id) ? appPasswords.filter(known => known.id !== id) : none,
    )
    if (change.kind === 'refused') return false
    try {
      await clients.revokeAppPassword(localpart, id)
    } finally {
      for (const end of this.#enders) end(localpart, id)
    }
    return true
  }

  #refusalOf({ appPasswords = [] }: AccountRecord, name: string): string | undefined {
    if (!this.#options.isOn()) return 'There are no app passwords on this server'
    if (appPasswords.length >= this.#options.most())
      return `There are ${appPasswords.length} app passwords already; revoke one that is not used any more`
    return appPasswords.some(known => known.name === name)
      ? `There is one called ${JSON.stringify(name)} already; choose another name, or revoke that one`
      : undefined
  }
}
