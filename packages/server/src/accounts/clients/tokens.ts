/**
 * Tokens that let a client back in without the password (XEP-0484): two for each client, the one in use and the one that was handed out
 * after it. Checked against the store each time, so that a revoked one is worth nothing at once.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastToken, Localpart, Store } from '../../storage/repositories.ts'
import type { Accounts } from '../accounts.ts'
import type { Credentials } from '../credentials.ts'
import { hasAppPassword } from '../app-passwords/rule.ts'
import type { Clients } from './clients.ts'
import type { Seal } from './sealing.ts'

export interface TokensOptions {
  readonly store: Pick<Store, 'clients'>
  readonly accounts: Pick<Accounts, 'find'>
  readonly credentials: Pick<Credentials, 'begin' | 'scramResult'>
  readonly clients: Pick<Clients, 'idOf' | 'writeDown'>
  /** Tokens must be known again to be checked (HT proofs are made with them), so they are sealed on disk. */
  readonly seal: Seal
  readonly clock: () => number
  /** How long a token is good for, in days; 0 gives none. */
  readonly days: () => number
}

export interface Attempt {
  readonly localpart: Localpart
  readonly userAgentId: string
  readonly mechanism: string
  readonly count: number | undefined
  readonly isLast: boolean
  readonly address: string
  readonly fits: (secret: string) => boolean
}

export interface Wish {
  readonly localpart: Localpart
  readonly client: string
  readonly mechanism: string
  /** Which of them was proven, if it was one. */
  readonly appPassword?: string | undefined
}

export type Outcome =
  | { readonly kind: 'right'; readonly secret: string; readonly isDue: boolean; readonly appPassword: string | undefined }
  | { readonly kind: 'wrong' | 'expired' | 'locked' | 'throttled' }

const DAY_MS = 86_400_000
/** A fresh token each day. */
const ROTATE_AFTER_MS = DAY_MS
/** Somebody unknown costs a comparison too. */
const NOBODYS = randomBytes(32).toString('base64url')

export class Tokens {
  readonly #options: TokensOptions
  /** One try at a time for each client: two with the same count must not pass side by side. */
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #counts = { issued: 0, used: 0, refused: 0, rotated: 0 }

  constructor(options: TokensOptions) {
    this.#options = options
  }

  get isOn(): boolean {
    return this.#options.days() > 0
  }

  /** Since the start, for the operator. `rotated`: a fresh one was used for the first time where another had been in use. */
  get counts(): Readonly<Record<'issued' | 'used' | 'refused' | 'rotated', number>> {
    return this.#counts
  }

  async check(attempt: Attempt): Promise<Outcome> {
    const outcome = await this.#judge(attempt)
    this.#counts[outcome.kind === 'right' ? 'used' : 'refused'] += 1
    return outcome
  }

  async #judge(attempt: Attempt): Promise<Outcome> {
    const { localpart, address } = attempt
    const wait = this.#options.credentials.begin(localpart, address)
    if (wait === undefined) return { kind: 'throttled' }
    if (wait > 0) await pause(wait)
    const id = this.#options.clients.idOf(localpart, attempt.userAgentId)
    const outcome = await this.#inTurn(`${localpart} ${id}`, () => this.#look(attempt, id))
    const isRight = outcome.kind === 'right' || outcome.kind === 'locked'
    const penalty = this.#options.credentials.scramResult(localpart, address, isRight)
    if (penalty > 0) await pause(penalty)
    return outcome
  }

  async issue({ localpart, client: id, mechanism, appPassword }: Wish): Promise<{ readonly token: string; readonly expiry: number }> {
    const { clients, clock, days } = this.#options
    return this.#inTurn(`${localpart} ${id}`, async () => {
      const current = (await this.#read(localpart, id)).filter(({ slot }) => slot === 'current')
      const token = randomBytes(32).toString('base64url')
      const expiry = clock() + days() * DAY_MS
      const fresh: FastToken = { slot: 'new', mechanism, secret: token, expiresAt: expiry, count: 0, appPassword }
      // Together in one commit.
      await Promise.all([clients.writeDown(localpart, id), this.#write(localpart, id, [fresh, ...current])])
      this.#counts.issued += 1
      return { token, expiry }
    })
  }

  /** §4: first the new one, then the one in use. What was used makes all that are older worthless. */
  async #look({ localpart, mechanism, count, isLast, fits }: Attempt, id: string): Promise<Outcome> {
    const { accounts, clock, days } = this.#options
    const tokens = await this.#read(localpart, id)
    if (tokens.length === 0) fits(NOBODYS)
    const used = tokens.find(token => token.mechanism === mechanism && fits(token.secret))
    if (!used || (count !== undefined && count <= used.count)) return { kind: 'wrong' }
    const now = clock()
    if (used.expiresAt <= now || !this.isOn) return { kind: 'expired' }
    const account = await accounts.find(localpart)
    // A token is as good as what it was got by.
    if (!account || !hasAppPassword(account, used.appPassword)) return { kind: 'wrong' }
    if (account.lockedAt !== undefined) return { kind: 'locked' }
    const kept = tokens.filter(token => token !== used && used.slot === 'current')
    const again: FastToken = { ...used, slot: 'current', count: count ?? used.count }
    const after = isLast ? kept : [again, ...kept]
    if (used.slot === 'new' && tokens.some(({ slot }) => slot === 'current')) this.#counts.rotated += 1
    // A token that is used as before needs no write.
    if (used.slot === 'new' || isLast || count !== undefined) await this.#write(localpart, id, after)
    const age = days() * DAY_MS - (used.expiresAt - now)
    return { kind: 'right', secret: used.secret, isDue: age >= ROTATE_AFTER_MS, appPassword: used.appPassword }
  }

  /** What cannot be opened, because the key is another one, is no token any more: the client logs in by password. */
  async #read(localpart: Localpart, id: string): Promise<readonly FastToken[]> {
    const { store, seal } = this.#options
    const tokens = await store.clients.tokens(localpart, id)
    return tokens.flatMap(token => {
      const secret = seal.open(token.secret, rowOf(localpart, id))
      return secret === undefined ? [] : [{ ...token, secret }]
    })
  }

  #write(localpart: Localpart, id: string, tokens: readonly FastToken[]): Promise<void> {
    const { store, seal } = this.#options
    const sealed = tokens.map(token => ({ ...token, secret: seal.seal(token.secret, rowOf(localpart, id)) }))
    return store.clients.setTokens(localpart, id, sealed)
  }

  #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key)
    const turn = before ? before.then(work, work) : work()
    this.#turns.set(key, turn)
    const over = (): void => {
      if (this.#turns.get(key) === turn) this.#turns.delete(key)
    }
    turn.then(over, over)
    return turn
  }
}

const rowOf = (localpart: Localpart, client: string): string => `${localpart}\0${client}`
