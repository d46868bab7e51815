/** Documents in their table. */
import type { DatabaseSync } from 'node:sqlite'

export function documentTable(database: DatabaseSync) {
  const get = database.prepare('SELECT text FROM document WHERE owner = ? AND kind = ? AND name = ?')
  const list = database.prepare('SELECT name, text FROM document WHERE owner = ? AND kind = ? ORDER BY name')
  const set = database.prepare('INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM document WHERE owner = ? AND kind = ? AND name = ?')

  return {
    get: (owner: number, kind: string, name: string) => get.get(owner, kind, name)?.['text'] as string | undefined,
    list: (owner: number, kind: string): ReadonlyMap<string, string> =>
      new Map(list.all(owner, kind).map(row => [row['name'] as string, row['text'] as string])),
    set: (owner: number, kind: string, name: string, text: string): void => void set.run(owner, kind, name, text),
    remove: (owner: number, kind: string, name: string): void => void remove.run(owner, kind, name),
  }
}
