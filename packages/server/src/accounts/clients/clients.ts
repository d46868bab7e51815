/**
 * Which client software each person uses, when and from where, and how it is shut out again. Log-ins do not wait for it: what is seen is
 * written a little later, in one go.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Log } from '../../routing/host.ts'
import type { ClientRecord, ClientWay, Localpart, Store } from '../../storage/repositories.ts'
import { ACCOUNTS_KIND, NOBODY } from '../memory.ts'
import { readName } from './names.ts'

export interface ClientsOptions {
  readonly store: Pick<Store, 'clients' | 'documents'>
  readonly log: Pick<Log, 'error'>
  readonly clock: () => number
  /** How many clients of one person are remembered. */
  readonly most: () => number
  readonly keepsAddresses?: () => boolean
  /** Milliseconds until what was seen is written. */
  readonly delay?: number
}

/** A client that proved whose it is. */
export interface Sighting {
  readonly localpart: Localpart
  readonly way: ClientWay
  readonly address: string
  /** XEP-0388: a UUID; undefined for a client that does not say which it is. */
  readonly userAgentId?: string | undefined
  readonly software?: string | undefined
  readonly device?: string | undefined
  readonly appPassword?: string | undefined
}

/** A client of this account that was not seen before. */
export type MeetClient = (client: ClientRecord) => void

/** The sessions of this client must end. */
export type EndClient = (localpart: Localpart, id: string) => void

/** All that do not say which they are. */
export const OTHERS = 'others'
const AT_ONCE = 500

export class Clients {
  readonly #options: ClientsOptions
  readonly #secret: Buffer
  readonly #enders: EndClient[] = []
  readonly #hosts: MeetClient[] = []
  /** What is not written yet, by localpart and id. */
  #seen = new Map<string, ClientRecord>()
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  private constructor(options: ClientsOptions, secret: Buffer) {
    this.#options = options
    this.#secret = secret
  }

  static async open(options: ClientsOptions): Promise<Clients> {
    const { documents } = options.store
    const kept = await documents.get(NOBODY, ACCOUNTS_KIND, 'clients')
    if (kept !== undefined) return new Clients(options, Buffer.from(kept, 'base64'))
    const secret = randomBytes(32)
    await documents.set(NOBODY, ACCOUNTS_KIND, 'clients', secret.toString('base64'))
    return new Clients(options, secret)
  }

  /** Told of each client that is revoked. */
  onRevoked(end: EndClient): void {
    this.#enders.push(end)
  }

  /** Told of each client that is new, once it is on disk. */
  onNew(meet: MeetClient): void {
    this.#hosts.push(meet)
  }

  /**
   * Ours, and always the same for the same client of the same person; what it calls itself cannot be found out from it. One that does not say
   * which it is, is known by its app password.
   */
  idOf(localpart: Localpart, userAgentId: string | undefined, appPassword?: string): string {
    if (userAgentId !== undefined) return this.#id(localpart, userAgentId)
    return appPassword === undefined ? OTHERS : this.#id(localpart, 'app password', appPassword)
  }

  /** For a session of a client that does not say which it is. */
  idOfSession(localpart: Localpart, { resource, since }: { readonly resource: string; readonly since: number }): string {
    return this.#id(localpart, 'session', resource, String(since))
  }

  /** XEP-0386 §4.2.1. */
  resourceOf(localpart: Localpart, userAgentId: string | undefined, tag: string): string {
    return userAgentId === undefined
      ? randomBytes(9).toString('base64url')
      : this.#opaque(localpart, userAgentId, 'resource', tag).subarray(0, 9).toString('base64url')
  }

  /** Bytes that only this server can make of these words. */
  #opaque(...words: readonly string[]): Buffer {
    return createHmac('sha256', this.#secret).update(words.join('\0')).digest()
  }

  /** For people to copy and for command lines: it begins with no dash. */
  #id(...words: readonly string[]): string {
    return this.#opaque(...words).toString('hex', 0, 10)
  }

  /** Remembers a client that logged in, and gives its id. */
  saw({ localpart, way, address, userAgentId, software, device, appPassword }: Sighting): string {
    const id = this.idOf(localpart, userAgentId, appPassword)
    const now = this.#options.clock()
    const key = `${localpart} ${id}`
    const before = this.#seen.get(key)
    this.#seen.set(key, {
      localpart,
      id,
      userAgentId,
      software: readName(software),
      device: readName(device),
      address: (this.#options.keepsAddresses?.() ?? true) ? address : '',
      firstSeen: before?.firstSeen ?? now,
      lastSeen: now,
      ways: [way, ...(before?.ways.filter(other => other !== way) ?? [])],
      appPassword,
    })
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.delay ?? 2000).unref()
    return id
  }

  /** Settles when this client is on disk. The write begins at once. */
  async writeDown(localpart: Localpart, id: string): Promise<void> {
    const key = `${localpart} ${id}`
    const seen = this.#seen.get(key)
    if (!seen) return
    this.#seen.delete(key)
    this.#meet(await this.#options.store.clients.note([seen], this.#options.most()))
  }

  /** The last seen first. */
  async list(localpart: Localpart): Promise<readonly ClientRecord[]> {
    await this.flush()
    return this.#options.store.clients.list(localpart)
  }

  /** Which of them have a token to come back with (XEP-0484). */
  withTokens(localpart: Localpart): Promise<readonly string[]> {
    return this.#options.store.clients.withTokens(localpart, this.#options.clock())
  }

  /**
   * Forgets the client: its tokens are worth nothing from now on, and its sessions end. A client that knows a password may come back with
   * it. False when there is no such client.
   */
  async revoke(localpart: Localpart, id: string): Promise<boolean> {
    await this.flush()
    const isRemoved = await this.#options.store.clients.remove(localpart, id)
    if (isRemoved) for (const end of this.#enders) end(localpart, id)
    return isRemoved
  }

  /** Whatever logged in with an app password that is none any more. */
  async revokeAppPassword(localpart: Localpart, appPassword: string): Promise<void> {
    await this.flush()
    const gone = await this.#options.store.clients.removeAppPassword(localpart, appPassword)
    for (const id of gone) for (const end of this.#enders) end(localpart, id)
  }

  /** The password is another one: what was had by the old one is worth nothing. */
  async passwordChanged(localparts: readonly Localpart[]): Promise<void> {
    await this.flush()
    await this.#options.store.clients.passwordChanged(localparts)
  }

  /** Settles when all that was seen is on disk, or could not be put there. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const seen = [...this.#seen.values()]
    if (seen.length > 0) {
      this.#seen = new Map()
      this.#writing = this.#writing.then(() => this.#write(seen))
    }
    return this.#writing
  }

  #meet(added: readonly ClientRecord[]): void {
    for (const client of added) for (const meet of this.#hosts) meet(client)
  }

  async #write(seen: readonly ClientRecord[]): Promise<void> {
    const { store, most, log } = this.#options
    try {
      for (let i = 0; i < seen.length; i += AT_ONCE) this.#meet(await store.clients.note(seen.slice(i, i + AT_ONCE), most()))
    } catch (error) {
      log.error({ reason: error instanceof Error ? error.message : 'unknown' }, 'which clients logged in could not be written down')
    }
  }
}
