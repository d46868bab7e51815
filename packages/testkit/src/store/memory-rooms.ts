/** Rooms, for as long as a test lasts. */
import { randomUUID } from 'node:crypto'
import type {
  RoomChange,
  RoomHead,
  RoomMark,
  RoomOfPerson,
  RoomPage,
  RoomPerson,
  RoomQuery,
  RoomRecord,
  Rooms,
  RoomSubject,
} from '@plodge/server/storage/repositories.ts'

interface Kept {
  head: RoomHead
  readonly people: Map<string, RoomPerson>
  changes: readonly RoomChange[]
  readonly marks: Map<string, RoomMark>
  subject: RoomSubject | undefined
}

export class MemoryRooms implements Rooms {
  readonly #rooms = new Map<string, Kept>()
  readonly #forget: (history: string) => void

  constructor(forget: (history: string) => void) {
    this.#forget = forget
  }

  async load(name: string): Promise<RoomRecord | undefined> {
    const room = this.#rooms.get(name)
    return (
      room && {
        ...room.head,
        people: [...room.people.values()].sort(byPerson),
        changes: room.changes,
        marks: marksOf(room),
        subject: room.subject,
      }
    )
  }

  async list({ person, after = '', before, isLast = false, skip = 0, max }: RoomQuery): Promise<RoomPage> {
    const sees = ({ head, people }: Kept): boolean =>
      person === undefined || head.isPublic || ['owner', 'admin', 'member'].includes(people.get(person)?.affiliation ?? '')
    const all = [...this.#rooms.values()].filter(sees).map(({ head }) => head)
    all.sort((one, other) => (one.name < other.name ? -1 : 1))
    const range = all.filter(({ name }) => name > after && (before === undefined || name < before))
    const rooms = isLast || before !== undefined ? range.slice(Math.max(0, range.length - max)) : range.slice(skip, skip + max)
    return { rooms, count: all.length, index: rooms[0] ? all.indexOf(rooms[0]) : 0 }
  }

  async of(person: string): Promise<readonly RoomOfPerson[]> {
    const found = [...this.#rooms.values()].flatMap(({ head, people }) => {
      const affiliation = people.get(person)?.affiliation ?? 'none'
      return affiliation === 'none' ? [] : [{ name: head.name, affiliation }]
    })
    return found.sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  async put(head: RoomHead, people: readonly RoomPerson[], changes: readonly RoomChange[], mostChanges: number): Promise<void> {
    const known = this.#rooms.get(head.name) ?? {
      head,
      people: new Map<string, RoomPerson>(),
      changes: [],
      marks: new Map<string, RoomMark>(),
      subject: undefined,
    }
    known.changes = [...known.changes, ...changes].slice(-mostChanges)
    known.head = { ...head, createdAt: known.head.createdAt }
    for (const one of people) {
      if (one.affiliation === 'none' && one.nick === undefined) known.people.delete(one.person)
      else known.people.set(one.person, one)
    }
    this.#rooms.set(head.name, known)
  }

  async setSubject(name: string, subject: RoomSubject): Promise<void> {
    const room = this.#rooms.get(name)
    if (room) room.subject = subject
  }

  async setMark(name: string, person: string, mark: RoomMark): Promise<void> {
    const marks = this.#rooms.get(name)?.marks
    if (mark.id > (marks?.get(person)?.id ?? 0)) marks?.set(person, mark)
  }

  async remove(name: string, history: string): Promise<void> {
    this.#rooms.delete(name)
    this.#forget(history)
  }

  async forget(person: string): Promise<void> {
    for (const room of this.#rooms.values()) {
      const wasSomething = (room.people.get(person)?.affiliation ?? 'none') !== 'none'
      if (wasSomething) room.head = { ...room.head, version: randomUUID() }
      if (wasSomething || room.changes.some(change => change.person === person)) room.changes = []
      room.people.delete(person)
      room.marks.delete(person)
    }
  }
}

const marksOf = ({ marks }: Kept) => [...marks].map(([person, { id, at }]) => ({ person, id, at }))

const byPerson = (one: RoomPerson, other: RoomPerson): number => (one.person < other.person ? -1 : 1)
