/** A store that lasts as long as the test. */
import type {
  AccountRecord,
  Accounts,
  Documents,
  Localpart,
  RosterRow,
  Rosters,
  RosterSnapshot,
  Store,
} from '@plodge/server/storage/repositories.ts'
import { MemoryArchive } from './memory-archive.ts'
import { MemoryNodes } from './memory-nodes.ts'
import { MemoryRooms } from './memory-rooms.ts'
import { MemoryUploads } from './memory-uploads.ts'
import { MemoryAudit, MemoryUsage } from './memory-records.ts'
import { MemoryClients } from './memory-clients.ts'
import { MemoryWebSessions } from './memory-web-sessions.ts'

export function memoryStore(clock: () => number): Store {
  const archive = new MemoryArchive(clock)
  const rosters = new MemoryRosters()
  const documents = new MemoryDocuments()
  const nodes = new MemoryNodes()
  const uploads = new MemoryUploads()
  const accounts = new MemoryAccounts(owner => {
    archive.remove(owner)
    rosters.forget(owner)
    documents.forget(owner)
    nodes.drop(owner)
    uploads.forget(owner)
    clients.forget(owner)
    webSessions.forget(owner)
    usage.forget(owner)
  })
  const usage = new MemoryUsage()
  const clients = new MemoryClients(localpart => accounts.has(localpart))
  const webSessions = new MemoryWebSessions(localpart => accounts.has(localpart))
  return {
    accounts,
    clients,
    webSessions,
    rosters,
    archive,
    documents,
    nodes,
    rooms: new MemoryRooms(history => {
      archive.remove(history)
      documents.forget(history)
    }),
    uploads,
    audit: new MemoryAudit(),
    usage,
    trouble: undefined,
    backup: async () => {
      throw new Error('a store in memory has no backup')
    },
    close: async () => {},
  }
}

class MemoryAccounts implements Accounts {
  readonly #accounts = new Map<Localpart, AccountRecord>()
  readonly #forget: (owner: Localpart) => void

  constructor(forget: (owner: Localpart) => void) {
    this.#forget = forget
  }

  has(localpart: Localpart): boolean {
    return this.#accounts.has(localpart)
  }

  async find(localpart: Localpart): Promise<AccountRecord | undefined> {
    return this.#accounts.get(localpart)
  }

  async list(after: Localpart | undefined, limit: number): Promise<readonly AccountRecord[]> {
    const names = [...this.#accounts.keys()].filter(name => after === undefined || name > after).sort()
    return names.slice(0, limit).flatMap(name => this.#accounts.get(name) ?? [])
  }

  async count(): Promise<number> {
    return this.#accounts.size
  }

  async put(account: AccountRecord): Promise<void> {
    this.#accounts.set(account.localpart, account)
  }

  async replace({ put, remove }: { readonly put: readonly AccountRecord[]; readonly remove: readonly Localpart[] }): Promise<void> {
    for (const account of put) await this.put(account)
    for (const localpart of remove) await this.remove(localpart)
  }

  async remove(localpart: Localpart): Promise<void> {
    this.#accounts.delete(localpart)
    this.#forget(localpart)
  }
}

class MemoryRosters implements Rosters {
  readonly #rosters = new Map<Localpart, { version: number; readonly rows: Map<string, RosterRow> }>()

  async load(owner: Localpart): Promise<RosterSnapshot> {
    const roster = this.#rosters.get(owner)
    return { version: roster?.version ?? 0, rows: [...(roster?.rows.values() ?? [])] }
  }

  async since(): Promise<undefined> {
    return undefined
  }

  async put(owner: Localpart, row: RosterRow, version: number): Promise<void> {
    const roster = this.#rosters.get(owner) ?? { version, rows: new Map<string, RosterRow>() }
    roster.version = version
    roster.rows.set(row.contact, row)
    this.#rosters.set(owner, roster)
  }

  async remove(owner: Localpart, contact: string, version: number): Promise<void> {
    const roster = this.#rosters.get(owner)
    if (!roster) return
    roster.version = version
    roster.rows.delete(contact)
  }

  forget(owner: Localpart): void {
    this.#rosters.delete(owner)
  }
}

class MemoryDocuments implements Documents {
  readonly #texts = new Map<Localpart, Map<string, Map<string, string>>>()

  async get(owner: Localpart, kind: string, name: string): Promise<string | undefined> {
    return this.#texts.get(owner)?.get(kind)?.get(name)
  }

  async list(owner: Localpart, kind: string): Promise<ReadonlyMap<string, string>> {
    return new Map(this.#texts.get(owner)?.get(kind))
  }

  async set(owner: Localpart, kind: string, name: string, text: string | undefined): Promise<void> {
    const kinds = this.#texts.get(owner) ?? new Map<string, Map<string, string>>()
    const names = kinds.get(kind) ?? new Map<string, string>()
    if (text === undefined) names.delete(name)
    else names.set(name, text)
    this.#texts.set(owner, kinds.set(kind, names))
  }

  forget(owner: Localpart): void {
    this.#texts.delete(owner)
  }
}
