/** Uploads in their table. Triggers keep the sums, and note the hashes that lost an upload (see the migration). */
import type { DatabaseSync } from 'node:sqlite'
import type { UploadRecord, UploadUsage } from '../../repositories.ts'
import type { Names } from './names.ts'

const COLUMNS = 'upload.id, localpart AS owner, name, type, size, hash, created_at, expires_at'
const FROM = 'FROM upload JOIN owner ON owner.id = upload.owner'

export function uploadTable(database: DatabaseSync, names: Names) {
  const find = database.prepare(`SELECT ${COLUMNS} ${FROM} WHERE upload.id = ?`)
  const list = database.prepare(
    `SELECT ${COLUMNS} ${FROM} WHERE owner = ?1 AND (created_at, upload.id) < (?2, ?3) ORDER BY created_at DESC, upload.id DESC LIMIT ?4`,
  )
  const usage = database.prepare('SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM upload WHERE owner = ?')
  const total = database.prepare('SELECT files, bytes FROM upload_total')
  const put = database.prepare('INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM upload WHERE id = ?')
  const removeContent = database.prepare('DELETE FROM upload WHERE hash = ?')
  const expire = database.prepare(
    'DELETE FROM upload WHERE id IN (SELECT id FROM upload WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)',
  )
  const isUsed = database.prepare('SELECT 1 FROM upload WHERE hash = ? LIMIT 1')
  const loose = database.prepare('SELECT hash FROM upload_loose LIMIT ?')
  const settle = database.prepare('DELETE FROM upload_loose WHERE hash = ?')
  const usageOf = (owner: number | undefined): UploadUsage => (owner === undefined ? { files: 0, bytes: 0 } : toUsage(usage.get(owner)))

  return {
    find: (id: string): UploadRecord | undefined => {
      const row = find.get(id)
      return row && fromRow(row)
    },
    list: (localpart: string, before: UploadRecord | undefined, limit: number): readonly UploadRecord[] => {
      const owner = names.owner(localpart)
      if (owner === undefined) return []
      return list.all(owner, before?.createdAt ?? Number.MAX_SAFE_INTEGER, before?.id ?? '', limit).map(fromRow)
    },
    usage: (localpart: string): UploadUsage => usageOf(names.owner(localpart)),
    total: (): UploadUsage => toUsage(total.get()),
    put: (record: UploadRecord, most: UploadUsage): 'stored' | 'taken' | 'full' => {
      if (find.get(record.id)) return 'taken'
      const owner = names.makeOwner(record.owner)
      const { files, bytes } = usageOf(owner)
      if (files + 1 > most.files || bytes + record.size > most.bytes) return 'full'
      const { id, name, type, size, hash, createdAt, expiresAt } = record
      put.run(id, owner, name, type, size, hash, createdAt, expiresAt ?? null)
      return 'stored'
    },
    remove: (id: string): boolean => Number(remove.run(id).changes) > 0,
    removeContent: (hash: string): number => Number(removeContent.run(hash).changes),
    expire: (by: number, limit: number): number => Number(expire.run(by, limit).changes),
    used: (hashes: readonly string[]): readonly string[] => hashes.filter(hash => isUsed.get(hash) !== undefined),
    loose: (limit: number): readonly string[] => loose.all(limit).map(row => row['hash'] as string),
    settle: (hash: string): void => void settle.run(hash),
  }
}

const toUsage = (row: Record<string, unknown> | undefined): UploadUsage => ({
  files: Number(row?.['files']),
  bytes: Number(row?.['bytes']),
})

const fromRow = (row: Record<string, unknown>): UploadRecord => ({
  id: row['id'] as string,
  owner: row['owner'] as string,
  name: row['name'] as string,
  type: row['type'] as string,
  size: row['size'] as number,
  hash: row['hash'] as string,
  createdAt: row['created_at'] as number,
  expiresAt: (row['expires_at'] as number | null) ?? undefined,
})
