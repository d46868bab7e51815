/** Web sessions in their table. */
import type { DatabaseSync } from 'node:sqlite'
import type { Localpart, WebSessionRecord } from '../../repositories.ts'
import type { Names } from './names.ts'

export function webSessionTable(database: DatabaseSync, names: Names) {
  const list = database.prepare(
    "SELECT * FROM web_session WHERE owner = ? AND state = 'open' AND expires_at > ? ORDER BY last_seen DESC, id",
  )
  const revoked = database.prepare(
    "SELECT localpart, w.id FROM web_session w JOIN owner ON owner.id = w.owner WHERE state = 'revoked' AND until > ?",
  )
  const account = database.prepare('SELECT 1 FROM account WHERE localpart = ?')
  const find = database.prepare('SELECT first_seen, state FROM web_session WHERE owner = ? AND id = ?')
  const put = database.prepare("INSERT OR REPLACE INTO web_session VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')")
  const count = database.prepare('SELECT count(*) AS n FROM web_session WHERE owner = ?')
  const dropFirst = database.prepare(
    'DELETE FROM web_session WHERE owner = ? AND id IN (SELECT id FROM web_session WHERE owner = ? AND id <> ? ORDER BY until LIMIT ?)',
  )
  const seen = database.prepare("UPDATE web_session SET last_seen = ?, expires_at = ? WHERE owner = ? AND id = ? AND state = 'open'")
  const revoke = database.prepare(
    "UPDATE web_session SET state = 'revoked' WHERE owner = ? AND id = ? AND state = 'open' AND expires_at > ?",
  )
  const over = database.prepare("UPDATE web_session SET state = 'over' WHERE owner = ? AND id = ?")
  const expire = database.prepare('DELETE FROM web_session WHERE until <= ?')

  return {
    reads: {
      listWebSessions: (localpart: Localpart, now: number): readonly WebSessionRecord[] =>
        list.all(names.owner(localpart) ?? null, now).map(row => fromRow(localpart, row)),
      isWebSessionOver: (localpart: Localpart, id: string): boolean => {
        const known = find.get(names.owner(localpart) ?? null, id)
        return known !== undefined && known['state'] !== 'open'
      },
      revokedWebSessions: (now: number): readonly { readonly localpart: Localpart; readonly id: string }[] =>
        revoked.all(now).map(row => ({ localpart: row['localpart'] as string, id: row['id'] as string })),
    },
    writes: {
      noteWebSession: (
        { localpart, id, name, address, firstSeen, lastSeen, expiresAt, until }: WebSessionRecord,
        most: number,
      ): boolean => {
        if (!account.get(localpart)) return true
        const owner = names.makeOwner(localpart)
        const known = find.get(owner, id)
        if (known && known['state'] !== 'open') return false
        put.run(owner, id, name ?? null, address, Number(known?.['first_seen'] ?? firstSeen), lastSeen, expiresAt, until)
        const tooMany = Number(count.get(owner)?.['n']) - most
        if (tooMany > 0) dropFirst.run(owner, owner, id, tooMany)
        return true
      },
      sawWebSession: (localpart: Localpart, id: string, lastSeen: number, expiresAt: number): void =>
        void seen.run(lastSeen, expiresAt, names.owner(localpart) ?? null, id),
      revokeWebSession: (localpart: Localpart, id: string, now: number): boolean =>
        revoke.run(names.owner(localpart) ?? null, id, now).changes > 0,
      webSessionOver: (localpart: Localpart, id: string): void => void over.run(names.owner(localpart) ?? null, id),
      expireWebSessions: (now: number): void => void expire.run(now),
    },
  }
}

const fromRow = (localpart: Localpart, row: Record<string, unknown>): WebSessionRecord => ({
  localpart,
  id: row['id'] as string,
  name: (row['name'] as string | null) ?? undefined,
  address: row['address'] as string,
  firstSeen: row['first_seen'] as number,
  lastSeen: row['last_seen'] as number,
  expiresAt: row['expires_at'] as number,
  until: row['until'] as number,
})
