/** Rosters in their tables. Each row says at which version it last changed; removals are remembered for a while (RFC 6121 §2.6). */
import type { DatabaseSync } from 'node:sqlite'
import type { RosterRow, RosterSnapshot, Subscription } from '../../repositories.ts'

export interface RosterChanges {
  readonly changed: readonly RosterRow[]
  readonly removed: readonly string[]
}

/** How many removals of an owner are remembered, about. */
const REMOVALS = 256

const NOBODY: RosterSnapshot = { version: 0, rows: [] }

export function rosterTable(database: DatabaseSync) {
  const version = database.prepare('SELECT roster_version AS version, roster_floor AS floor FROM owner WHERE id = ?')
  const setVersion = database.prepare('UPDATE owner SET roster_version = ? WHERE id = ?')
  const setFloor = database.prepare('UPDATE owner SET roster_floor = ? WHERE id = ?')
  const rows = database.prepare('SELECT * FROM roster WHERE owner = ? AND version > ? ORDER BY contact')
  const put = database.prepare('INSERT OR REPLACE INTO roster VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM roster WHERE owner = ? AND contact = ?')
  const removals = database.prepare('SELECT contact, version FROM roster_removal WHERE owner = ? AND version > ? ORDER BY version')
  const putRemoval = database.prepare('INSERT OR REPLACE INTO roster_removal VALUES (?, ?, ?)')
  const forgetRemoval = database.prepare('DELETE FROM roster_removal WHERE owner = ? AND contact = ?')
  const forgetRemovals = database.prepare('DELETE FROM roster_removal WHERE owner = ? AND version <= ?')

  const prune = (owner: number): void => {
    const known = removals.all(owner, 0)
    if (known.length <= REMOVALS * 2) return
    const floor = Number(known[known.length - REMOVALS - 1]?.['version'])
    forgetRemovals.run(owner, floor)
    setFloor.run(floor, owner)
  }

  return {
    load(owner: number | undefined): RosterSnapshot {
      if (owner === undefined) return NOBODY
      return { version: Number(version.get(owner)?.['version'] ?? 0), rows: rows.all(owner, -1).map(fromRow) }
    },
    since(owner: number | undefined, from: number): RosterChanges | undefined {
      const known = owner === undefined ? undefined : version.get(owner)
      if (owner === undefined || known === undefined) return from === 0 ? { changed: [], removed: [] } : undefined
      if (from < Number(known['floor']) || from > Number(known['version'])) return undefined
      return { changed: rows.all(owner, from).map(fromRow), removed: removals.all(owner, from).map(row => row['contact'] as string) }
    },
    put(owner: number, row: RosterRow, at: number): void {
      const { contact, name, groups, subscription, ask, approved, listed, pendingIn } = row
      forgetRemoval.run(owner, contact)
      put.run(
        owner,
        contact,
        name ?? null,
        JSON.stringify(groups),
        subscription,
        ask ? 1 : 0,
        approved ? 1 : 0,
        listed ? 1 : 0,
        pendingIn ?? null,
        at,
      )
      setVersion.run(at, owner)
    },
    remove(owner: number, contact: string, at: number): void {
      remove.run(owner, contact)
      putRemoval.run(owner, contact, at)
      setVersion.run(at, owner)
      prune(owner)
    },
  }
}

function fromRow(row: Record<string, unknown>): RosterRow {
  return {
    contact: row['contact'] as string,
    name: (row['name'] as string | null) ?? undefined,
    groups: JSON.parse(row['groups'] as string) as readonly string[],
    subscription: row['subscription'] as Subscription,
    ask: row['ask'] === 1,
    approved: row['approved'] === 1,
    listed: row['listed'] === 1,
    pendingIn: (row['pending_in'] as string | null) ?? undefined,
  }
}
