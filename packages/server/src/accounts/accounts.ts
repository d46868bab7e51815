/**
 * Who exists here. Every change of an account goes through this class, one after another, and is told to whoever holds sessions once
 * it is on disk. How people prove who they are is in credentials.ts.
 */
import type { Log } from '../routing/host.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Settings } from '../settings.ts'
import type { AccountRecord, AppPassword, Localpart, Store, Verifier } from '../storage/repositories.ts'
import { AccountCache } from './account-cache.ts'
import { haveSalts, saltFor, sharedSalts } from './app-passwords/salts.ts'
import { type Refused, deriveVerifiers } from './passwords/derive.ts'
import { changesOf } from './feed/changes.ts'
import { doubtOf, warnOf } from './feed/doubts.ts'
import type { Feed } from './feed/parse.ts'
import type { FeedOutcome } from './feed/watch.ts'
import { readLocalpart } from './localparts.ts'
import { AccountsMemory } from './memory.ts'
import type { Passwords } from './passwords/passwords.ts'

export interface AccountsOptions {
  readonly store: Pick<Store, 'accounts' | 'documents' | 'clients'>
  readonly passwords: Passwords
  readonly settings: () => { readonly users: Pick<Settings['users'], 'localpart' | 'feedMayShrink' | 'keepAppPasswords'> }
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Accounts kept in memory. */
  readonly most?: number
}

/** `locked`, `removed`: their sessions must end. `password`: it is another one now. */
export type Loss = 'locked' | 'removed' | 'password'
export type LossListener = (localparts: readonly Localpart[], loss: Loss) => Now<void>

/** The words are for whoever asked for the change. */
export type Change = { readonly kind: 'done'; readonly account: AccountRecord } | Refused

export interface Newcomer {
  readonly localpart: string
  /** Undefined for somebody who signs in elsewhere. */
  readonly password: string | undefined
  readonly name?: string | undefined
}

const refused = (why: string): Refused => ({ kind: 'refused', why })
const LONGEST_NAME = 200
const PAGE = 1000

export class Accounts {
  readonly #options: AccountsOptions
  readonly #cache: AccountCache
  readonly #memory: AccountsMemory
  readonly #listeners: LossListener[] = []
  /** The last change: the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Somebody like most people here, whom decoys take after. */
  #typical: AccountRecord | undefined
  /** The mechanisms that somebody here has a verifier for. */
  readonly #mechanisms = new Set<string>()

  private constructor(options: AccountsOptions) {
    this.#options = options
    const { store, most = 5000 } = options
    this.#cache = new AccountCache(localpart => store.accounts.find(localpart), most)
    this.#memory = new AccountsMemory(store.documents)
  }

  static async open(options: AccountsOptions): Promise<Accounts> {
    const accounts = new Accounts(options)
    accounts.#choose(await options.store.accounts.list(undefined, 50))
    for (const mechanism of await accounts.#memory.mechanisms()) accounts.#mechanisms.add(mechanism)
    return accounts
  }

  /** Whether anybody here could log in by it. Where nobody can, as on the first day of a feed of crypt hashes, it is not on offer. */
  isKnown(mechanism: Verifier['mechanism']): boolean {
    return this.#mechanisms.has(mechanism)
  }

  get typical(): AccountRecord | undefined {
    return this.#typical
  }

  onLoss(listener: LossListener): void {
    this.#listeners.push(listener)
  }

  find(localpart: Localpart): Now<AccountRecord | undefined> {
    return this.#cache.find(localpart)
  }

  /** Locked people exist. */
  exists(localpart: Localpart): Now<boolean> {
    return andThen(this.find(localpart), account => account !== undefined)
  }

  list(after: Localpart | undefined, limit: number): Promise<readonly AccountRecord[]> {
    return this.#options.store.accounts.list(after, limit)
  }

  count(): Promise<number> {
    return this.#options.store.accounts.count()
  }

  async add({ localpart: text, password, name }: Newcomer): Promise<Change> {
    const localpart = readLocalpart(text, this.#options.settings().users.localpart)
    if (localpart === undefined) return refused(`${JSON.stringify(text.slice(0, 50))} is not a name that [users] localpart allows`)
    const verifiers = password === undefined ? [] : await deriveVerifiers(this.#options.passwords, password)
    if ('kind' in verifiers) return verifiers
    return this.#inTurn(async () => {
      if (await this.#options.store.accounts.find(localpart))
        return refused(`${localpart} exists already; to give them another password, use: plodge user password ${localpart}`)
      const account = {
        localpart,
        source: 'local',
        name: name?.slice(0, LONGEST_NAME),
        createdAt: this.#options.clock(),
        lockedAt: undefined,
        hash: undefined,
        verifiers,
      } as const
      await this.#put(account)
      return { kind: 'done', account }
    })
  }

  async setPassword(localpart: Localpart, password: string): Promise<Change> {
    const { keepAppPasswords } = this.#options.settings().users
    const keptOf = (account: AccountRecord | undefined) => (keepAppPasswords ? account?.appPasswords : undefined)
    const salts = sharedSalts({ verifiers: [], appPasswords: keptOf(await this.find(localpart)) })
    const verifiers = await deriveVerifiers(this.#options.passwords, password, salts)
    if ('kind' in verifiers) return verifiers
    const change = await this.#update(
      localpart,
      account => {
        if (account.source === 'feed')
          return refused(`The password of ${localpart} comes from the password feed; change it where the feed is made`)
        const appPasswords = keptOf(account)
        return haveSalts(verifiers, sharedSalts({ verifiers: [], appPasswords }))
          ? { ...account, hash: undefined, verifiers, appPasswords }
          : refused('An app password was made just now; try again')
      },
      'password',
    )
    if (change.kind === 'done') await this.#tell([localpart], 'password')
    return change
  }

  async lock(localpart: Localpart): Promise<Change> {
    const change = await this.#update(localpart, async account => {
      await this.#memory.setLockedByHand(localpart, true)
      return { ...account, lockedAt: account.lockedAt ?? this.#options.clock() }
    })
    if (change.kind === 'done') await this.#tell([localpart], 'locked')
    return change
  }

  /** Somebody locked by the feed is locked again by the next one. */
  unlock(localpart: Localpart): Promise<Change> {
    return this.#update(localpart, async account => {
      await this.#memory.setLockedByHand(localpart, false)
      return { ...account, lockedAt: undefined }
    })
  }

  /** And everything that is theirs. Somebody who is still in the feed comes back with its next change. */
  remove(localpart: Localpart): Promise<Change> {
    return this.#inTurn(async () => {
      const account = await this.#options.store.accounts.find(localpart)
      if (!account) return unknown(localpart)
      await this.#memory.setLockedByHand(localpart, false)
      await this.#options.store.accounts.remove(localpart)
      this.#cache.forget([localpart])
      await this.#tell([localpart], 'removed')
      return { kind: 'done', account }
    })
  }

  readonly saltFor = saltFor

  /** Keeps verifiers that were made from a password that fitted `account`; not if that has another password by now. */
  async addVerifiers(account: AccountRecord, verifiers: readonly Verifier[]): Promise<void> {
    await this.#update(account.localpart, now => {
      const isSame = now.hash === account.hash && JSON.stringify(now.verifiers) === JSON.stringify(account.verifiers)
      return isSame && haveSalts(verifiers, sharedSalts(now))
        ? { ...now, verifiers: [...now.verifiers, ...verifiers] }
        : refused('the password is another one now')
    })
  }

  /** Whoever revokes one must end what was had by it. */
  changeAppPasswords(localpart: Localpart, change: (account: AccountRecord) => readonly AppPassword[] | Refused): Promise<Change> {
    return this.#update(localpart, account => {
      const appPasswords = change(account)
      return 'kind' in appPasswords ? appPasswords : { ...account, appPasswords }
    })
  }

  /** Makes everybody as the feed says, all at once or not at all. `dryRun` tells what would happen; `force` takes a feed however small or old. */
  takeFeed(feed: Feed, { force = false, dryRun = false } = {}): Promise<FeedOutcome> {
    return this.#inTurn(async () => {
      const last = await this.#memory.lastFeed()
      const doubt = force ? undefined : doubtOf(feed, last?.generation)
      if (doubt !== undefined) return { kind: 'refused', why: doubt }
      const { store, settings, clock } = this.#options
      const changes = await changesOf({
        accounts: this.#everybody(),
        lockedByHand: await this.#memory.lockedByHand(),
        feed,
        mayShrink: force ? Infinity : settings().users.feedMayShrink,
        keepAppPasswords: settings().users.keepAppPasswords,
        now: clock(),
      })
      if (changes.kind === 'refused') return changes
      if (dryRun) return { kind: 'applied', counts: changes.counts }
      // In one commit: no crash leaves tokens that were had by an old password.
      if (changes.put.length > 0)
        await Promise.all([store.accounts.replace({ put: changes.put, remove: [] }), store.clients.passwordChanged(changes.changed)])
      this.#cache.forget(changes.put.map(({ localpart }) => localpart))
      this.#choose(changes.put)
      if (last?.sha256 !== feed.sha256) await this.#memory.setLastFeed({ generation: feed.generation, sha256: feed.sha256 })
      await this.#tell(changes.locked, 'locked')
      await this.#tell(changes.changed, 'password')
      await warnOf(feed, this.#options)
      return { kind: 'applied', counts: changes.counts }
    })
  }

  /** Settles when the changes that were begun are done. */
  async settled(): Promise<void> {
    await this.#turn
  }

  #noteMechanisms(accounts: readonly AccountRecord[]): void {
    const before = this.#mechanisms.size
    for (const account of accounts) for (const { mechanism } of sharedSalts(account)) this.#mechanisms.add(mechanism)
    if (this.#mechanisms.size === before) return
    this.#memory.setMechanisms([...this.#mechanisms]).catch((error: unknown) => {
      this.#options.log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'the mechanisms on offer could not be kept')
    })
  }

  async *#everybody(): AsyncGenerator<AccountRecord> {
    let page = await this.list(undefined, PAGE)
    while (page.length > 0) {
      yield* page
      page = await this.list(page.at(-1)?.localpart, PAGE)
    }
  }

  #update(localpart: Localpart, change: (account: AccountRecord) => Now<AccountRecord | Refused>, loss?: 'password'): Promise<Change> {
    return this.#inTurn(async () => {
      const account = await this.#options.store.accounts.find(localpart)
      if (!account) return unknown(localpart)
      const changed = await change(account)
      if ('kind' in changed) return changed
      await this.#put(changed, loss)
      return { kind: 'done', account: changed }
    })
  }

  async #put(account: AccountRecord, loss?: 'password'): Promise<void> {
    const { accounts, clients } = this.#options.store
    try {
      // In one commit: no crash leaves tokens that were had by an old password.
      await Promise.all([accounts.put(account), ...(loss ? [clients.passwordChanged([account.localpart])] : [])])
    } finally {
      this.#cache.forget([account.localpart])
    }
    this.#noteMechanisms([account])
    if (!this.#typical) this.#choose([account])
  }

  #choose(accounts: readonly AccountRecord[]): void {
    this.#noteMechanisms(accounts)
    this.#typical =
      accounts.find(({ source, hash, verifiers }) => source === 'feed' && (hash !== undefined || verifiers.length > 0)) ??
      this.#typical ??
      accounts[0]
  }

  async #tell(localparts: readonly Localpart[], loss: Loss): Promise<void> {
    if (localparts.length > 0) await Promise.all(this.#listeners.map(async listener => listener(localparts, loss)))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => {})
    return turn
  }
}

const unknown = (localpart: Localpart): Change =>
  refused(`There is nobody called ${JSON.stringify(localpart.slice(0, 50))}; see: plodge user list`)
