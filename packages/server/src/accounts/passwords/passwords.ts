/** Everything that is done with a password: checked against a hash or a verifier, turned into verifiers. Never on the thread that asks. */
import type { Salt } from './scram.ts'
import type { Verifier } from '../../storage/repositories.ts'
import type { Verdict } from './check.ts'
import type { Job } from './jobs.ts'
import { MECHANISMS, type Mechanism } from './scram.ts'
import { PasswordThreads, type ThreadsOptions } from './threads.ts'

/** `unavailable`: too many are being checked just now, or one took too long. */
export type Checked = Verdict | 'unavailable'

export class Passwords {
  readonly #threads: PasswordThreads
  #isClosed = false

  constructor(options: ThreadsOptions = {}) {
    this.#threads = new PasswordThreads(options)
  }

  /** The hash is one that parseStored took. */
  verify(hash: string, password: string): Promise<Checked> {
    return this.#check({ kind: 'check', hash, password })
  }

  async fits(verifier: Verifier, password: string): Promise<Checked> {
    const at = await this.whichFits([verifier], password)
    return at === undefined ? 'unavailable' : at === 0 ? 'right' : 'wrong'
  }

  /** The place of the verifier in the list, -1 for none; undefined when it could not be told just now. */
  async whichFits(verifiers: readonly Verifier[], password: string): Promise<number | undefined> {
    const answer = await this.#threads.run({ kind: 'fit', verifiers, password })
    return answer?.kind === 'which' ? answer.at : undefined
  }

  /**
   * For each mechanism, with its salt of `salts` if it has one there. Empty for a password that SCRAM cannot have (RFC 4013); undefined when
   * it could not be done just now.
   */
  async derive(
    password: string,
    { mechanisms = MECHANISMS, salts = [] }: { readonly mechanisms?: readonly Mechanism[]; readonly salts?: readonly Salt[] } = {},
  ): Promise<readonly Verifier[] | undefined> {
    const answer = await this.#threads.run({ kind: 'derive', password, mechanisms, salts })
    return answer?.kind === 'verifiers' ? answer.verifiers : undefined
  }

  /** Whether yescrypt and the other forms that need the system's libcrypt can be checked here. */
  async hasLibcrypt(): Promise<boolean> {
    const answer = await this.#threads.run({ kind: 'probe' })
    return answer?.kind === 'libcrypt' && answer.isThere
  }

  /** What is asked from then on is unavailable, and that is no trouble. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#threads.close()
  }

  async #check(job: Job): Promise<Checked> {
    const answer = await this.#threads.run(job)
    return answer?.kind === 'verdict' ? answer.verdict : 'unavailable'
  }
}
