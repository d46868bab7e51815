/** Localparts and addresses as the small numbers the tables use. Remembers what it looked up; forgets it all after a rollback. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'

const REMEMBERED = 50_000

export class Names {
  readonly #owners: Interned
  readonly #peers: Interned

  constructor(database: DatabaseSync) {
    this.#owners = new Interned(database, 'owner', 'localpart')
    this.#peers = new Interned(database, 'peer', 'address')
  }

  /** Undefined for one never seen. */
  readonly owner = (localpart: string): number | undefined => this.#owners.find(localpart)
  readonly peer = (address: string): number | undefined => this.#peers.find(address)

  readonly makeOwner = (localpart: string): number => this.#owners.findOrMake(localpart)
  readonly makePeer = (address: string): number => this.#peers.findOrMake(address)

  forget(): void {
    this.#owners.known.clear()
    this.#peers.known.clear()
  }
}

class Interned {
  readonly known = new Map<string, number>()
  readonly #find: StatementSync
  readonly #make: StatementSync

  constructor(database: DatabaseSync, table: 'owner' | 'peer', column: 'localpart' | 'address') {
    this.#find = database.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`)
    this.#make = database.prepare(`INSERT INTO ${table} (${column}) VALUES (?)`)
  }

  find(name: string): number | undefined {
    const known = this.known.get(name)
    if (known !== undefined) return known
    const row = this.#find.get(name)
    return row === undefined ? undefined : this.#remember(name, Number(row['id']))
  }

  findOrMake(name: string): number {
    return this.find(name) ?? this.#remember(name, Number(this.#make.run(name).lastInsertRowid))
  }

  #remember(name: string, id: number): number {
    if (this.known.size >= REMEMBERED) this.known.clear()
    this.known.set(name, id)
    return id
  }
}
