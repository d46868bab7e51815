/** Rooms in their tables. A trigger takes away what belongs to a room (see the migration). */
import type { DatabaseSync } from 'node:sqlite'
import type {
  RoomChange,
  RoomHead,
  RoomMark,
  RoomOfPerson,
  RoomPage,
  RoomPerson,
  RoomQuery,
  RoomRecord,
  RoomSubject,
} from '../../room-records.ts'

type Row = Record<string, unknown>

export function roomTables(database: DatabaseSync) {
  return { reads: { ...roomReads(database), listRooms: lister(database) }, writes: roomWrites(database) }
}

const COLUMNS = 'name, created_at, title, public, settings, version'

function roomReads(database: DatabaseSync) {
  const find = database.prepare(`SELECT id, subject, subject_at, ${COLUMNS} FROM room WHERE name = ?`)
  const people = database.prepare('SELECT person, affiliation, nick FROM room_person WHERE room = ? ORDER BY person')
  const changes = database.prepare('SELECT version, person, before FROM room_change WHERE room = ? ORDER BY id')
  const marks = database.prepare('SELECT person, mark, at FROM room_mark WHERE room = ?')
  const of = database.prepare(
    "SELECT name, affiliation FROM room_person JOIN room ON room.id = room WHERE person = ? AND affiliation <> 'none' ORDER BY name",
  )
  return {
    loadRoom: (name: string): RoomRecord | undefined => {
      const row = find.get(name)
      if (row === undefined) return undefined
      const { subject, subject_at: at } = row
      return {
        ...headFrom(row),
        subject: subject === null ? undefined : { stanza: String(subject), at: Number(at) },
        people: people.all(row['id'] as number).map(personFrom),
        marks: marks
          .all(row['id'] as number)
          .map(mark => ({ person: String(mark['person']), id: Number(mark['mark']), at: Number(mark['at']) })),
        changes: changes.all(row['id'] as number).map(changeFrom),
      }
    },
    roomsOf: (person: string): readonly RoomOfPerson[] =>
      of.all(person).map(row => ({ name: String(row['name']), affiliation: String(row['affiliation']) })),
  }
}

/** Those that somebody sees; with a null person, all. */
const SEEN = `(?1 IS NULL OR public = 1 OR EXISTS
  (SELECT 1 FROM room_person WHERE room = room.id AND person = ?1 AND affiliation IN ('owner', 'admin', 'member')))`

function lister(database: DatabaseSync): (query: RoomQuery) => RoomPage {
  const count = database.prepare(`SELECT count(*) AS n FROM room WHERE ${SEEN}`)
  const countBefore = database.prepare(`SELECT count(*) AS n FROM room WHERE ${SEEN} AND name < ?2`)
  const forward = database.prepare(`SELECT ${COLUMNS} FROM room WHERE ${SEEN} AND name > ?2 ORDER BY name LIMIT ?3 OFFSET ?4`)
  const backward = database.prepare(`SELECT ${COLUMNS} FROM room WHERE ${SEEN} AND name < ?2 ORDER BY name DESC LIMIT ?3`)
  const last = database.prepare(`SELECT ${COLUMNS} FROM room WHERE ${SEEN} ORDER BY name DESC LIMIT ?2`)
  return ({ person = null, after = '', before, isLast = false, skip = 0, max }) => {
    const rows = isLast
      ? last.all(person, max).toReversed()
      : before === undefined
        ? forward.all(person, after, max, skip)
        : backward.all(person, before, max).toReversed()
    const rooms = rows.map(headFrom)
    const first = rooms[0]
    const index = first ? Number(countBefore.get(person, first.name)?.['n']) : 0
    return { rooms, count: Number(count.get(person)?.['n']), index }
  }
}

function roomWrites(database: DatabaseSync) {
  const put = database.prepare(
    `INSERT INTO room (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE
     SET title = excluded.title, public = excluded.public, settings = excluded.settings, version = excluded.version RETURNING id`,
  )
  const setPerson = database.prepare('INSERT OR REPLACE INTO room_person VALUES (?, ?, ?, ?)')
  const dropPerson = database.prepare('DELETE FROM room_person WHERE room = ? AND person = ?')
  const setSubject = database.prepare('UPDATE room SET subject = ?, subject_at = ? WHERE name = ?')
  const setMark = database.prepare(
    `INSERT INTO room_mark SELECT id, ?2, ?3, ?4 FROM room WHERE name = ?1
     ON CONFLICT (room, person) DO UPDATE SET mark = excluded.mark, at = excluded.at WHERE excluded.mark > mark`,
  )
  const remove = database.prepare('DELETE FROM room WHERE name = ?')
  const addChange = database.prepare('INSERT INTO room_change (room, version, person, before) VALUES (?, ?, ?, ?)')
  const trimChanges = database.prepare(
    `DELETE FROM room_change WHERE room = ?1 AND id <=
       (SELECT id FROM room_change WHERE room = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
  )
  const forget = forgetter(database)
  return {
    putRoom: (head: RoomHead, people: readonly RoomPerson[], changes: readonly RoomChange[], mostChanges: number): void => {
      const { name, createdAt, title, isPublic, settings, version } = head
      const id = Number(put.get(name, createdAt, title, isPublic ? 1 : 0, settings, version)?.['id'])
      for (const { person, affiliation, nick } of people) {
        if (affiliation === 'none' && nick === undefined) dropPerson.run(id, person)
        else setPerson.run(id, person, affiliation, nick ?? null)
      }
      for (const change of changes) addChange.run(id, change.version, change.person, change.before)
      if (changes.length > 0) trimChanges.run(id, mostChanges)
    },
    setRoomSubject: (name: string, { stanza, at }: RoomSubject): void => void setSubject.run(stanza, at, name),
    setRoomMark: (name: string, person: string, { id, at }: RoomMark): void => void setMark.run(name, person, id, at),
    dropRoom: (name: string): void => void remove.run(name),
    forgetInRooms: forget,
  }
}

/** A room where somebody was something is in another state then, and of what they were no row tells. */
function forgetter(database: DatabaseSync): (person: string) => void {
  const SOMETHING = "SELECT room FROM room_person WHERE person = ?1 AND affiliation <> 'none'"
  const steps = [
    `DELETE FROM room_change WHERE room IN (${SOMETHING} UNION SELECT room FROM room_change WHERE person = ?1)`,
    `UPDATE room SET version = lower(hex(randomblob(9))) WHERE id IN (${SOMETHING})`,
    'DELETE FROM room_person WHERE person = ?1',
    'DELETE FROM room_mark WHERE person = ?1',
  ].map(sql => database.prepare(sql))
  return person => {
    for (const step of steps) step.run(person)
  }
}

const headFrom = (row: Row): RoomHead => ({
  name: String(row['name']),
  createdAt: Number(row['created_at']),
  title: String(row['title']),
  isPublic: row['public'] === 1,
  settings: String(row['settings']),
  version: String(row['version']),
})

const changeFrom = (row: Row): RoomChange => ({
  version: String(row['version']),
  person: String(row['person']),
  before: String(row['before']),
})

const personFrom = (row: Row): RoomPerson => ({
  person: String(row['person']),
  affiliation: String(row['affiliation']),
  nick: (row['nick'] as string | null) ?? undefined,
})
