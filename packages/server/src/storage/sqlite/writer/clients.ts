/** Clients and their tokens in their tables. */
import type { DatabaseSync } from 'node:sqlite'
import type { ClientRecord, ClientWay, FastToken, Localpart } from '../../repositories.ts'
import type { Names } from './names.ts'

export function clientTable(database: DatabaseSync, names: Names) {
  const list = database.prepare('SELECT * FROM client WHERE owner = ? ORDER BY last_seen DESC, id')
  const remove = database.prepare('DELETE FROM client WHERE owner = ? AND id = ?')
  const exists = database.prepare('SELECT 1 FROM client WHERE owner = ? AND id = ?')
  const tokens = database.prepare('SELECT * FROM fast_token WHERE owner = ? AND client = ? ORDER BY slot DESC')
  const withTokens = database.prepare('SELECT DISTINCT client FROM fast_token WHERE owner = ? AND expires_at > ?')
  const addToken = database.prepare('INSERT INTO fast_token VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const dropTokens = database.prepare('DELETE FROM fast_token WHERE owner = ? AND client = ?')
  const dropOfPassword = database.prepare('DELETE FROM fast_token WHERE owner = ? AND app_password IS NULL')
  const old = 'SELECT owner, id FROM client WHERE last_seen < ?'
  const dropOldTokens = database.prepare(`DELETE FROM fast_token WHERE (owner, client) IN (${old})`)
  const dropOld = database.prepare('DELETE FROM client WHERE last_seen < ?')
  const using = database.prepare('SELECT id FROM client WHERE owner = ? AND app_password = ?')
  const dropGotBy = database.prepare('DELETE FROM fast_token WHERE owner = ? AND app_password = ?')
  const waysOf = database.prepare('SELECT id, ways FROM client WHERE owner = ?')
  const setWays = database.prepare('UPDATE client SET ways = ? WHERE owner = ? AND id = ?')
  const note = noter(database, names)

  return {
    reads: {
      listClients: (localpart: Localpart): readonly ClientRecord[] =>
        list.all(names.owner(localpart) ?? null).map(row => fromRow(localpart, row)),
      clientTokens: (localpart: Localpart, id: string): readonly FastToken[] =>
        tokens.all(names.owner(localpart) ?? null, id).map(tokenFromRow),
      clientsWithTokens: (localpart: Localpart, now: number): readonly string[] =>
        withTokens.all(names.owner(localpart) ?? null, now).map(row => row['client'] as string),
    },
    writes: {
      noteClients: note,
      removeClient: (localpart: Localpart, id: string): boolean => {
        const owner = names.owner(localpart) ?? null
        dropTokens.run(owner, id)
        return remove.run(owner, id).changes > 0
      },
      expireClients: (before: number): void => {
        dropOldTokens.run(before)
        dropOld.run(before)
      },
      removeAppPassword: (localpart: Localpart, appPassword: string): readonly string[] => {
        const owner = names.owner(localpart) ?? null
        const ids = using.all(owner, appPassword).map(row => row['id'] as string)
        dropGotBy.run(owner, appPassword)
        for (const id of ids) {
          dropTokens.run(owner, id)
          remove.run(owner, id)
        }
        return ids
      },
      setClientTokens: (localpart: Localpart, id: string, fresh: readonly FastToken[]): void => {
        const owner = names.owner(localpart)
        if (owner === undefined || !exists.get(owner, id)) return
        dropTokens.run(owner, id)
        for (const { slot, mechanism, secret, expiresAt, count, appPassword } of fresh)
          addToken.run(owner, id, slot, mechanism, secret, expiresAt, count, appPassword ?? null)
      },
      notePasswordChange: (localparts: readonly Localpart[]): void => {
        for (const localpart of localparts) {
          const owner = names.owner(localpart) ?? null
          dropOfPassword.run(owner)
          for (const row of waysOf.all(owner)) {
            const ways = waysIn(row).filter(way => way !== 'password')
            setWays.run(ways.join(' '), owner, row['id'] ?? null)
          }
        }
      },
    },
  }
}

function noter(database: DatabaseSync, names: Names): (clients: readonly ClientRecord[], most: number) => readonly ClientRecord[] {
  const account = database.prepare('SELECT 1 FROM account WHERE localpart = ?')
  const find = database.prepare('SELECT first_seen, ways FROM client WHERE owner = ? AND id = ?')
  const put = database.prepare('INSERT OR REPLACE INTO client VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const count = database.prepare('SELECT count(*) AS n FROM client WHERE owner = ?')
  const oldest = database.prepare('SELECT id FROM client WHERE owner = ? ORDER BY last_seen LIMIT ?')
  const drop = database.prepare('DELETE FROM client WHERE owner = ? AND id = ?')
  const dropTokens = database.prepare('DELETE FROM fast_token WHERE owner = ? AND client = ?')

  return (clients, most) => {
    const added: ClientRecord[] = []
    for (const client of clients) {
      if (!account.get(client.localpart)) continue
      const owner = names.makeOwner(client.localpart)
      const known = find.get(owner, client.id)
      const before = known ? waysIn(known) : []
      const ways = [...new Set([...client.ways, ...before])].join(' ')
      const firstSeen = Math.min(client.firstSeen, Number(known?.['first_seen'] ?? client.firstSeen))
      const { id, userAgentId, software, device, address, lastSeen, appPassword } = client
      const words = [userAgentId ?? null, software ?? null, device ?? null, address]
      put.run(owner, id, ...words, firstSeen, lastSeen, ways, appPassword ?? null)
      if (!known) added.push(client)
      const over = known ? 0 : Number(count.get(owner)?.['n']) - most
      if (over <= 0) continue
      for (const { id } of oldest.all(owner, over)) {
        drop.run(owner, id ?? null)
        dropTokens.run(owner, id ?? null)
      }
    }
    return added
  }
}

const waysIn = (row: Record<string, unknown>): readonly ClientWay[] => (row['ways'] as string).split(' ').filter(Boolean) as ClientWay[]

const fromRow = (localpart: Localpart, row: Record<string, unknown>): ClientRecord => ({
  localpart,
  id: row['id'] as string,
  userAgentId: (row['user_agent'] as string | null) ?? undefined,
  software: (row['software'] as string | null) ?? undefined,
  device: (row['device'] as string | null) ?? undefined,
  address: row['address'] as string,
  firstSeen: row['first_seen'] as number,
  lastSeen: row['last_seen'] as number,
  ways: waysIn(row),
  appPassword: (row['app_password'] as string | null) ?? undefined,
})

const tokenFromRow = (row: Record<string, unknown>): FastToken => ({
  slot: row['slot'] as 'new' | 'current',
  mechanism: row['mechanism'] as string,
  secret: row['secret'] as string,
  expiresAt: row['expires_at'] as number,
  count: row['count'] as number,
  ...(row['app_password'] === null ? {} : { appPassword: row['app_password'] as string }),
})
