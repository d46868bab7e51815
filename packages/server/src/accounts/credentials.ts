/** How people prove who they are: what SASL asks of the accounts. Nothing here tells by its answer or its time whether a name exists. */
import { setTimeout as pause } from 'node:timers/promises'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import type { Log } from '../routing/host.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Limits } from '../settings.ts'
import type { AccountRecord, AppPassword, Localpart, Verifier } from '../storage/repositories.ts'
import type { Accounts } from './accounts.ts'
import { outdated, renewed } from './app-passwords/renewal.ts'
import { type PasswordRule, takesMainPassword } from './app-passwords/rule.ts'
import { sharedSalts } from './app-passwords/salts.ts'
import { type Secrets, secretsOf } from './app-passwords/secrets.ts'
import { looksLikeAppPassword } from './app-passwords/words.ts'
import type { Decoys } from './decoys.ts'
import type { Checked, Passwords } from './passwords/passwords.ts'
import { MECHANISMS, type Mechanism } from './passwords/scram.ts'
import { Throttle } from './throttle.ts'

export interface CredentialsOptions {
  readonly accounts: Accounts
  readonly passwords: Passwords
  readonly decoys: Decoys
  readonly limits: () => Pick<Limits, 'rates' | 'failedLoginsPerMinute'>
  readonly rule: () => PasswordRule
  readonly log: Pick<Log, 'warn' | 'error'>
  readonly clock: () => number
  /** A refusal comes no sooner: it hides how long the check took, and slows a guesser. */
  readonly refusalMillis?: number
}

export type PlainOutcome =
  /** `appPassword`: which of them it was, if it was one. */
  | { readonly kind: 'right'; readonly account: AccountRecord; readonly appPassword: string | undefined }
  | { readonly kind: 'wrong' | 'locked' | 'throttled' | 'unavailable' }

interface Proof {
  readonly checked: Checked
  readonly appPassword?: string | undefined
}

/** The quickest to check first. */
const QUICKEST: readonly Mechanism[] = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'SCRAM-SHA-512']
const LONGEST_PASSWORD = 1023

const quickest = (verifiers: readonly Verifier[]): Verifier | undefined =>
  QUICKEST.map(name => verifiers.find(({ mechanism }) => mechanism === name)).find(found => found !== undefined)
const missingOf = ({ verifiers }: AccountRecord): readonly Mechanism[] =>
  MECHANISMS.filter(mechanism => !verifiers.some(verifier => verifier.mechanism === mechanism))

export class Credentials {
  readonly #options: CredentialsOptions
  readonly #throttle: Throttle
  readonly #refusalMillis: number
  /** Whose verifiers are being made. */
  readonly #upgrading = new Map<Localpart, Promise<void>>()

  constructor(options: CredentialsOptions) {
    this.#options = options
    this.#refusalMillis = options.refusalMillis ?? 250
    this.#throttle = new Throttle({ perMinute: () => this.#perMinute, clock: options.clock })
  }

  async verifyPlain(localpart: Localpart, password: string, address: string): Promise<PlainOutcome> {
    const attempt = this.#throttle.attempt(localpart, address)
    if (attempt.kind === 'refused') return { kind: 'throttled' }
    if (attempt.wait > 0) await pause(attempt.wait)
    const started = performance.now()
    const account = await this.#options.accounts.find(localpart)
    const { checked, appPassword } = await this.#check(account, localpart, password)
    if (checked === 'right' && account) return this.#admit(account, password, address, appPassword)
    // Timers drop fractions of a millisecond.
    await pause(Math.ceil(Math.max(0, this.#refusal - (performance.now() - started))))
    if (checked === 'wrong' || checked === 'right') return { kind: 'wrong' }
    this.#throttle.forgive(localpart, address)
    if (this.#options.passwords.isClosed) return { kind: 'unavailable' }
    this.#options.log.error(
      { reason: checked },
      checked === 'unsupported'
        ? 'a password hash cannot be checked on this machine: libcrypt or koffi is missing'
        : 'too many passwords are being checked, or one took too long',
    )
    return { kind: 'unavailable' }
  }

  /** The same for everybody, so that it does not tell who exists. */
  isOffered(mechanism: Mechanism): boolean {
    return this.#options.accounts.isKnown(mechanism)
  }

  /** Somebody tries to prove something; how that went is said by `scramResult`. Gives the milliseconds to wait; undefined after too many wrong proofs. */
  begin(localpart: Localpart, address: string): number | undefined {
    const attempt = this.#throttle.attempt(localpart, address)
    return attempt.kind === 'refused' ? undefined : attempt.wait
  }

  /** Whether clients may have to be given an app password, whoever they log in. */
  get wantsAppPasswords(): boolean {
    const { appPasswords, mainPassword } = this.#options.rule()
    return appPasswords && mainPassword !== 'always'
  }

  /** Throws a SaslError when there were too many wrong proofs. */
  secretsFor(localpart: Localpart, mechanism: Mechanism, address: string): Now<Secrets> {
    const wait = this.begin(localpart, address)
    if (wait === undefined) throw new SaslError('temporary-auth-failure', 'Too many wrong passwords; wait a minute and try again')
    const account = wait > 0 ? pause(wait).then(() => this.#options.accounts.find(localpart)) : this.#options.accounts.find(localpart)
    return andThen(account, account => this.#secretsOf(account, localpart, mechanism))
  }

  /** How an exchange went that began with `secretsFor`. Gives the milliseconds to wait before the answer. */
  scramResult(localpart: Localpart, address: string, isRight: boolean): number {
    if (!isRight) return this.#refusal
    this.#throttle.succeeded(localpart, address)
    return 0
  }

  /** Settles when verifiers that are being made are kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#upgrading.values())
  }

  get #perMinute(): number {
    const { rates, failedLoginsPerMinute } = this.#options.limits()
    return rates ? failedLoginsPerMinute : Infinity
  }

  get #refusal(): number {
    return this.#perMinute === Infinity ? 0 : this.#refusalMillis
  }

  #secretsOf(account: AccountRecord | undefined, localpart: Localpart, mechanism: Mechanism): Secrets {
    const { decoys, rule } = this.#options
    const secrets = account && secretsOf(account, mechanism, rule(), decoys)
    return secrets ?? { verifier: this.#decoy(localpart, mechanism), appPasswords: [] }
  }

  #decoy(localpart: Localpart, mechanism: Mechanism): Verifier {
    const { typical } = this.#options.accounts
    // Where the feed gives verifiers, they have its number of iterations, not ours.
    const model = typical?.hash === undefined ? typical?.verifiers.find(verifier => verifier.mechanism === mechanism) : undefined
    const shape = model && { iterations: model.iterations, saltBytes: Buffer.from(model.salt, 'base64').length }
    return this.#options.decoys.verifier(localpart, mechanism, shape)
  }

  async #check(account: AccountRecord | undefined, localpart: Localpart, password: string): Promise<Proof> {
    if (password.length > LONGEST_PASSWORD) return { checked: 'wrong' }
    const rule = this.#options.rule()
    if (rule.appPasswords && looksLikeAppPassword(password)) {
      const found = await this.#checkAppPassword(account, localpart, password)
      if (found.checked !== 'wrong') return found
    }
    // The answer must not tell whether it was the right one.
    return { checked: takesMainPassword(account, rule) ? await this.#checkMain(account, localpart, password) : 'wrong' }
  }

  async #checkAppPassword(account: AccountRecord | undefined, localpart: Localpart, password: string): Promise<Proof> {
    const known = account?.appPasswords ?? []
    const verifiers = known.flatMap(({ verifiers }) => quickest(verifiers) ?? [])
    const at = await this.#options.passwords.whichFits(
      verifiers.length > 0 ? verifiers : [this.#decoy(localpart, 'SCRAM-SHA-256')],
      password,
    )
    return at === undefined ? { checked: 'unavailable' } : { checked: known[at] ? 'right' : 'wrong', appPassword: known[at]?.id }
  }

  /** Somebody unknown costs a check like a typical person's. */
  async #checkMain(account: AccountRecord | undefined, localpart: Localpart, password: string): Promise<Checked> {
    const { passwords, accounts } = this.#options
    const verifier = account && quickest(account.verifiers)
    if (verifier) return passwords.fits(verifier, password)
    if (account?.hash !== undefined) return passwords.verify(account.hash, password)
    const hash = accounts.typical?.hash
    const checked = await (hash === undefined
      ? passwords.fits(this.#decoy(localpart, 'SCRAM-SHA-256'), password)
      : passwords.verify(hash, password))
    return checked === 'right' ? 'wrong' : checked
  }

  /** Whoever has the right password may know that the account is locked. */
  #admit(account: AccountRecord, password: string, address: string, appPassword: string | undefined): PlainOutcome {
    this.#throttle.succeeded(account.localpart, address)
    if (account.lockedAt !== undefined) return { kind: 'locked' }
    const known = account.appPasswords?.find(({ id }) => id === appPassword)
    const missing = known ? outdated(known, account) : missingOf(account)
    if (missing.length > 0 && !this.#upgrading.has(account.localpart)) {
      const upgrade = this.#upgrade(account, password, missing, known).finally(() => this.#upgrading.delete(account.localpart))
      this.#upgrading.set(account.localpart, upgrade)
    }
    return { kind: 'right', account, appPassword }
  }

  /** From now on they can log in by SCRAM. The log-in does not wait for it. */
  async #upgrade(
    account: AccountRecord,
    password: string,
    mechanisms: readonly Mechanism[],
    appPassword: AppPassword | undefined,
  ): Promise<void> {
    const { passwords, accounts } = this.#options
    try {
      const verifiers = (await passwords.derive(password, { mechanisms, salts: sharedSalts(account) })) ?? []
      if (verifiers.length === 0) return
      if (appPassword) await accounts.changeAppPasswords(account.localpart, now => renewed(now, appPassword, verifiers))
      else await accounts.addVerifiers(account, verifiers)
    } catch (error) {
      this.#options.log.warn(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'verifiers could not be kept; the next log-in tries again',
      )
    }
  }
}
