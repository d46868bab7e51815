/** Accounts in their table. */
import type { DatabaseSync } from 'node:sqlite'
import type { AccountRecord, AppPassword, Localpart, Verifier } from '../../repositories.ts'

export function accountTable(database: DatabaseSync) {
  const find = database.prepare('SELECT * FROM account WHERE localpart = ?')
  const list = database.prepare('SELECT * FROM account WHERE localpart > ? ORDER BY localpart LIMIT ?')
  const count = database.prepare('SELECT count(*) AS n FROM account')
  const put = database.prepare('INSERT OR REPLACE INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM account WHERE localpart = ?')

  return {
    find: (localpart: Localpart): AccountRecord | undefined => {
      const row = find.get(localpart)
      return row === undefined ? undefined : fromRow(row)
    },
    list: (after: Localpart | undefined, limit: number): readonly AccountRecord[] => list.all(after ?? '', limit).map(fromRow),
    count: (): number => Number(count.get()?.['n']),
    put: ({ localpart, source, name, createdAt, lockedAt, hash, verifiers, appPasswords = [] }: AccountRecord): void => {
      const words = [JSON.stringify(verifiers), JSON.stringify(appPasswords)]
      put.run(localpart, source, name ?? null, createdAt, lockedAt ?? null, hash ?? null, ...words)
    },
    remove: (localpart: Localpart): void => void remove.run(localpart),
  }
}

function fromRow(row: Record<string, unknown>): AccountRecord {
  const appPasswords = JSON.parse(row['app_passwords'] as string) as readonly AppPassword[]
  return {
    localpart: row['localpart'] as string,
    source: row['source'] as 'local' | 'feed',
    name: (row['name'] as string | null) ?? undefined,
    createdAt: row['created_at'] as number,
    lockedAt: (row['locked_at'] as number | null) ?? undefined,
    hash: (row['hash'] as string | null) ?? undefined,
    verifiers: JSON.parse(row['verifiers'] as string) as readonly Verifier[],
    ...(appPasswords.length > 0 ? { appPasswords } : {}),
  }
}
