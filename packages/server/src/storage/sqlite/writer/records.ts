/** The audit record and who was here, in their tables. */
import type { DatabaseSync } from 'node:sqlite'
import type { AuditEntry, Day, DayCount, Localpart } from '../../repositories.ts'

/** The day itself and the week before it. */
const NAMED_DAYS = 8
const MOST_ROWS = 1000

export function recordTables(database: DatabaseSync) {
  return { reads: { ...auditReads(database), ...usageReads(database) }, writes: { ...auditWrites(database), ...usageWrites(database) } }
}

const auditWrites = (database: DatabaseSync) => {
  const append = database.prepare('INSERT INTO audit (at, who, role, command, about) VALUES (?, ?, ?, ?, ?)')
  return {
    appendAudit: ({ at, who, role, command, about }: AuditEntry): void => void append.run(at, who, role, command, JSON.stringify(about)),
  }
}

const auditReads = (database: DatabaseSync) => {
  const list = database.prepare(
    `SELECT at, who, role, command, about FROM audit
     WHERE at < ?1 AND (?2 IS NULL OR who = ?2 OR EXISTS (SELECT 1 FROM json_each(about) WHERE value = ?2 OR value LIKE ?3 ESCAPE '!'))
     ORDER BY id DESC LIMIT ?4`,
  )
  return {
    listAudit: ({ before, person, limit }: { before?: number | undefined; person?: string | undefined; limit: number }) =>
      list
        .all(
          before ?? Number.MAX_SAFE_INTEGER,
          person ?? null,
          `${(person ?? '').replaceAll(/[!%_]/g, '!$&')}@%`,
          Math.min(limit, MOST_ROWS),
        )
        .map(row => ({
          at: Number(row['at']),
          who: String(row['who']),
          role: String(row['role']),
          command: String(row['command']),
          about: JSON.parse(String(row['about'])) as readonly string[],
        })),
  }
}

const COUNTS = `SELECT count(DISTINCT CASE WHEN day = ?1 THEN localpart END) AS people, count(DISTINCT localpart) AS week
  FROM usage_day WHERE day BETWEEN ?1 - 6 AND ?1`

const usageReads = (database: DatabaseSync) => {
  const lastLogin = database.prepare('SELECT at FROM last_login WHERE localpart = ?')
  const closed = database.prepare('SELECT day, people, week FROM usage_count WHERE day >= ? AND day < ? ORDER BY day')
  const running = database.prepare(COUNTS)
  const countOf = (day: Day, row: Record<string, unknown> | undefined): DayCount => ({
    day,
    people: Number(row?.['people'] ?? 0),
    week: Number(row?.['week'] ?? 0),
  })
  return {
    lastLogin: (owner: Localpart): number | undefined => {
      const at = lastLogin.get(owner)?.['at']
      return at === undefined ? undefined : Number(at)
    },
    usageCounts: (since: Day, today: Day): readonly DayCount[] => [
      ...closed.all(since, today).map(row => countOf(Number(row['day']), row)),
      countOf(today, running.get(today)),
    ],
  }
}

const usageWrites = (database: DatabaseSync) => {
  const present = database.prepare('INSERT OR IGNORE INTO usage_day VALUES (?, ?)')
  const login = database.prepare('INSERT OR REPLACE INTO last_login VALUES (?, ?)')
  const open = database.prepare(
    'SELECT DISTINCT day FROM usage_day WHERE day < ? AND day NOT IN (SELECT day FROM usage_count) ORDER BY day LIMIT 40',
  )
  const count = database.prepare(`INSERT INTO usage_count SELECT ?1, * FROM (${COUNTS})`)
  const forget = database.prepare('DELETE FROM usage_day WHERE day <= ?')
  return {
    noteUsage: (day: Day, here: readonly Localpart[], logins: ReadonlyMap<Localpart, number>): void => {
      for (const localpart of here) present.run(localpart, day)
      for (const [localpart, at] of logins) login.run(localpart, at)
    },
    closeDays: (today: Day): void => {
      for (const { day } of open.all(today)) count.run(Number(day))
      forget.run(today - NAMED_DAYS)
    },
  }
}
