/**
 * The browsers in which people are signed in, as the web tier tells: who they are to be listed and ended by their person. What was ended is
 * remembered until the tier itself would have ended it, so that it cannot come back.
 */
import type { Log } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import type { Localpart, Store, WebSessionRecord } from '../../storage/repositories.ts'
import { readName } from '../clients/names.ts'

export interface WebSessionsOptions {
  readonly store: Pick<Store, 'webSessions'>
  readonly log: Pick<Log, 'error'>
  readonly clock: () => number
  readonly keepsAddresses: () => boolean
}

/** Its streams must end. `isRevoked`: by its person, and not because it was over at the tier. */
export type EndBrowser = (localpart: Localpart, id: string, isRevoked: boolean) => void

interface Browser {
  readonly id: string
  readonly name: string | undefined
  readonly address: string
  readonly until: number
  readonly idle: number
}

/** Somebody who signs in and out all day; the tier itself has far fewer of one person. */
const MOST_OF_ONE = 100

export class WebSessions {
  readonly #options: WebSessionsOptions
  /** Of those that are connected: how long they may be without a line. */
  readonly #here = new Map<string, Pick<Browser, 'until' | 'idle'>>()
  readonly #enders: EndBrowser[] = []
  readonly #watchers = new Set<(session: Pick<WebSessionRecord, 'localpart' | 'id'>) => void>()

  constructor(options: WebSessionsOptions) {
    this.#options = options
  }

  /** Told of each that is over while its streams may go on. */
  onEnded(end: EndBrowser): void {
    this.#enders.push(end)
  }

  /** False when it is over. Nobody waits until it is on disk: whoever lists or ends it sees it, and if this server dies it comes anew. */
  async came(localpart: Localpart, { id, name, address, until, idle }: Browser): Promise<boolean> {
    const { store, clock, keepsAddresses, log } = this.#options
    if (await store.webSessions.isOver(localpart, id)) return false
    const now = clock()
    const record: WebSessionRecord = {
      localpart,
      id,
      name: readName(name),
      address: keepsAddresses() ? address : '',
      firstSeen: now,
      lastSeen: now,
      // As long as it has a line it is here.
      expiresAt: until,
      until,
    }
    this.#here.set(keyOf(localpart, id), { until, idle })
    store.webSessions.note(record, MOST_OF_ONE).then(
      // It was ended in this very moment.
      isGood => (isGood ? undefined : this.#end(localpart, id, false)),
      (error: unknown) => log.error({ err: error }, 'which browser came could not be written down'),
    )
    return true
  }

  /** None of its sessions is connected any more: from now on time is running. */
  left({ localpart, client: id = '' }: Pick<Session, 'localpart' | 'client'>, others: readonly Session[]): void {
    const { store, clock, log } = this.#options
    const key = keyOf(localpart, id)
    const here = this.#here.get(key)
    if (!here || others.some(other => other.client === id && !other.isLost)) return
    this.#here.delete(key)
    const now = clock()
    store.webSessions.seen(localpart, id, now, Math.min(here.until, now + here.idle)).catch((error: unknown) => {
      log.error({ err: error }, 'when a browser left could not be written down')
    })
  }

  /** The last seen first. */
  list(localpart: Localpart): Promise<readonly WebSessionRecord[]> {
    const { store, clock } = this.#options
    return store.webSessions.list(localpart, clock())
  }

  /** By its person: it ends, here and at the tier. False when there is none. */
  async revoke(localpart: Localpart, id: string): Promise<boolean> {
    const { store, clock } = this.#options
    if (!(await store.webSessions.revoke(localpart, id, clock()))) return false
    for (const tell of this.#watchers) tell({ localpart, id })
    this.#end(localpart, id, true)
    return true
  }

  /** The tier says that it is over, or has heard it. */
  async over({ localpart, id }: Pick<WebSessionRecord, 'localpart' | 'id'>): Promise<void> {
    await this.#options.store.webSessions.over(localpart, id)
    this.#end(localpart, id, false)
  }

  /** Tells of what people end from now on, and of what no tier has heard of yet. */
  watch(tell: (session: Pick<WebSessionRecord, 'localpart' | 'id'>) => void): () => void {
    const { store, clock, log } = this.#options
    this.#watchers.add(tell)
    const tellAll = async (): Promise<void> => {
      const ended = await store.webSessions.revoked(clock())
      if (this.#watchers.has(tell)) ended.forEach(tell)
    }
    tellAll().catch((error: unknown) => log.error({ err: error }, 'which browsers are to be signed out could not be read'))
    return () => void this.#watchers.delete(tell)
  }

  expire(): Promise<void> {
    const { store, clock } = this.#options
    const now = clock()
    // Those whose log-in never became a session.
    for (const [key, { until }] of this.#here) if (until <= now) this.#here.delete(key)
    return store.webSessions.expire(now)
  }

  #end(localpart: Localpart, id: string, isRevoked: boolean): void {
    for (const end of this.#enders) end(localpart, id, isRevoked)
  }
}

const keyOf = (localpart: Localpart, id: string): string => `${localpart} ${id}`
