/** Makes accounts for newcomers (XEP-0077 §3.1), where an institution wants that: who may have which name, and how often one may try. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Registration } from '@plodge/xmpp/xeps/register.ts'
import type { Accounts } from '../../accounts/accounts.ts'
import { readLocalpart } from '../../accounts/localparts.ts'
import { networkOf } from '../../accounts/network.ts'
import type { Log } from '../../routing/host.ts'
import type { Settings } from '../../settings.ts'
import { credentialsOf, registrationForm } from './form.ts'

export interface RegistrarOptions {
  readonly accounts: Pick<Accounts, 'add' | 'exists'>
  readonly domain: string
  readonly settings: () => {
    readonly users: Pick<Settings['users'], 'localpart' | 'registration'>
    readonly limits: Pick<Settings['limits'], 'rates' | 'registrationsPerHour'>
  }
  readonly log: Pick<Log, 'info'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

const HOUR_MS = 3_600_000
const MOST_REMEMBERED = 10_000

interface Tries {
  readonly since: number
  count: number
}

export class Registrar {
  readonly #options: RegistrarOptions
  /** In order of the first attempt of the hour. */
  readonly #tries = new Map<string, Tries>()

  constructor(options: RegistrarOptions) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#options.settings().users.registration
  }

  get form(): Registration {
    return registrationForm(this.#options.domain)
  }

  async register(filled: Registration, address: string): Promise<void> {
    const { accounts, settings, log } = this.#options
    if (!this.isOpen) throw new StanzaError('not-allowed', 'Accounts are made by the institution; ask the service desk')
    if (filled.isRemoval) throw new StanzaError('unexpected-request', 'Log in to remove your account')
    const { username, password } = credentialsOf(filled)
    const { rates, registrationsPerHour } = settings().limits
    if (rates) this.#count(networkOf(address), registrationsPerHour)
    const localpart = readLocalpart(username, settings().users.localpart)
    if (localpart === undefined) throw new StanzaError('not-acceptable', 'Nobody can have that name here; choose another')
    if (await accounts.exists(localpart)) throw new StanzaError('conflict', 'Somebody has that name already; choose another')
    const change = await accounts.add({ localpart, password })
    if (change.kind === 'refused') throw new StanzaError('not-acceptable', 'The account could not be made; choose another name or password')
    log.info({ localpart, address }, 'somebody registered')
  }

  /** Failed attempts count too: each could ask whether a name is taken. */
  #count(network: string, most: number): void {
    const now = this.#options.clock()
    const before = this.#tries.get(network)
    const tries = before && now - before.since < HOUR_MS ? before : { since: now, count: 0 }
    tries.count += 1
    if (tries !== before) {
      this.#tries.delete(network)
      this.#tries.set(network, tries)
      if (this.#tries.size > MOST_REMEMBERED) this.#tries.delete(this.#tries.keys().next().value ?? '')
    }
    if (tries.count > most) throw new StanzaError('resource-constraint', 'Too many accounts were asked for from here; try again in an hour')
  }
}
