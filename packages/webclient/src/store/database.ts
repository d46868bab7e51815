/**
 * IndexedDB as promises: a few tables of one person. What is written is written only while they are still the owner, in the same transaction, so
 * that a window which has not heard of a sign-out can bring nothing back.
 */

const NAME = 'plodge'
const VERSION = 1
const TABLES = ['facts', 'conversations', 'outbox', 'drafts'] as const
export type Table = (typeof TABLES)[number]

export interface Owner {
  readonly address: string
  readonly domain: string
  /** As the tier says (`/session`). */
  readonly previews: string | undefined
  readonly uploads: string | undefined
  /** Of what is kept: what an older or newer version of the client wrote is not read. */
  readonly format: number
  /** The server knows them no more: what they had not sent yet waits for them, and for nobody else. */
  readonly isOut: boolean
}

/** A value that is undefined is taken away. */
export type Write = readonly [table: Table, key: string, value: unknown]

const OWNER = 'owner'

export class Database {
  readonly #database: IDBDatabase

  /** Nothing was ever kept here. */
  readonly isNew: boolean

  private constructor(database: IDBDatabase, isNew: boolean) {
    this.#database = database
    this.isNew = isNew
    // Another window has a newer version: it is not to wait for us.
    database.addEventListener('versionchange', () => database.close())
  }

  /** Undefined where a browser forbids it, as some do in private windows. */
  static async open(): Promise<Database | undefined> {
    try {
      const request = indexedDB.open(NAME, VERSION)
      let isNew = false
      request.addEventListener('upgradeneeded', ({ oldVersion }) => {
        isNew = oldVersion === 0
        for (const table of TABLES) if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table)
      })
      return new Database(await answerTo(request), isNew)
    } catch {
      return undefined
    }
  }

  async owner(): Promise<Owner | undefined> {
    return (await answerTo(this.#database.transaction('facts').objectStore('facts').get(OWNER))) as Owner | undefined
  }

  /** Everything at once, as of one moment. */
  async all(): Promise<Readonly<Record<Table, ReadonlyMap<string, unknown>>>> {
    const transaction = this.#database.transaction(TABLES)
    const read = async (table: Table): Promise<ReadonlyMap<string, unknown>> => {
      const store = transaction.objectStore(table)
      const [keys, values] = await Promise.all([answerTo(store.getAllKeys()), answerTo(store.getAll())])
      return new Map(keys.map((key, i) => [key as string, values[i] as unknown]))
    }
    const [facts, conversations, outbox, drafts] = await Promise.all(TABLES.map(read))
    return { facts, conversations, outbox, drafts } as Record<Table, ReadonlyMap<string, unknown>>
  }

  /** The owner from now on. Whatever was another's goes, and `cleared` of what was their own. */
  async claim(owner: Owner, cleared: (before: Owner) => readonly Table[]): Promise<void> {
    const transaction = this.#database.transaction(TABLES, 'readwrite')
    const before = (await answerTo(transaction.objectStore('facts').get(OWNER))) as Owner | undefined
    const gone = before?.address === owner.address ? cleared(before) : TABLES
    for (const table of gone) transaction.objectStore(table).clear()
    transaction.objectStore('facts').put(owner, OWNER)
    await endOf(transaction)
  }

  /** False when it was not written: the person is the owner no more, or there is no room. */
  async write(address: string, writes: readonly Write[]): Promise<boolean> {
    try {
      const transaction = this.#database.transaction(TABLES, 'readwrite', { durability: 'relaxed' })
      const owner = (await answerTo(transaction.objectStore('facts').get(OWNER))) as Owner | undefined
      if (owner?.address !== address || owner.isOut) return false
      put(transaction, writes)
      await endOf(transaction)
      return true
    } catch {
      return false
    }
  }

  /** As the page goes: nothing that has to be answered would be, so that nobody is asked who the owner is. */
  writeLast(writes: readonly Write[]): void {
    try {
      const transaction = this.#database.transaction(TABLES, 'readwrite')
      put(transaction, writes)
      transaction.commit()
    } catch {
      // It was the last chance.
    }
  }

  /** Reads and changes one table in one go: of two windows that want the same, one gets it. */
  async change<T>(table: Table, how: (key: string, value: unknown) => T | undefined): Promise<readonly T[]> {
    const transaction = this.#database.transaction(table, 'readwrite')
    const store = transaction.objectStore(table)
    const [keys, values] = await Promise.all([answerTo(store.getAllKeys()), answerTo(store.getAll())])
    const changed: T[] = []
    for (const [i, key] of keys.entries()) {
      const now = how(key as string, values[i])
      if (now === undefined) continue
      store.put(now, key)
      changed.push(now)
    }
    await endOf(transaction)
    return changed
  }

  async wipe(): Promise<void> {
    const transaction = this.#database.transaction(TABLES, 'readwrite')
    for (const table of TABLES) transaction.objectStore(table).clear()
    await endOf(transaction)
  }
}

function put(transaction: IDBTransaction, writes: readonly Write[]): void {
  for (const [table, key, value] of writes) {
    if (value === undefined) transaction.objectStore(table).delete(key)
    else transaction.objectStore(table).put(value, key)
  }
}

function answerTo<T>(request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  request.addEventListener('success', () => resolve(request.result))
  request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')))
  if ('onblocked' in request) request.addEventListener('blocked', () => reject(new Error('IndexedDB is held by an older window')))
  return promise
}

function endOf(transaction: IDBTransaction): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  transaction.addEventListener('complete', () => resolve())
  transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('IndexedDB')))
  return promise
}
