/** plodge room: the rooms that people talk in. */
import { type Command, type Invocation, UsageError } from '../command.ts'
import { addressIn, call } from './call.ts'

const roomIn = ({ words: [room] }: Invocation): string => {
  if (room === undefined) throw new UsageError('Which room? Give its name, such as first-years')
  return room
}
const text = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : [])

const list: Command = {
  name: 'room list',
  summary: 'Lists the rooms in order of name, a hundred at once.',
  words: [],
  options: { after: { type: 'string', value: 'NAME', meaning: 'only those after that name' } },
  examples: ['plodge room list', 'plodge room list --after first-years'],
  run: invocation => call(invocation, 'list-rooms', () => ({ after: text(invocation.options['after']) })),
}

const show: Command = {
  name: 'room show',
  summary: 'Shows what a room is, whose it is, and how many people are inside.',
  words: ['ROOM'],
  options: {},
  examples: ['plodge room show first-years'],
  run: invocation => call(invocation, 'show-room', () => ({ room: [roomIn(invocation)] })),
}

const create: Command = {
  name: 'room create',
  summary: 'Makes a room for somebody.',
  words: ['ROOM', 'OWNER'],
  options: {
    title: { type: 'string', value: 'TEXT', meaning: 'its name for people' },
    template: { type: 'string', value: 'KIND', meaning: 'open, members, lecture or announcements; open unless given' },
  },
  examples: ['plodge room create first-years fanf2', 'plodge room create ia-maths spqr1 --title "Maths IA" --template lecture'],
  run(invocation) {
    const room = roomIn(invocation)
    const [, owner] = invocation.words
    if (owner === undefined) throw new UsageError('Who is to own it? Give a name, such as fanf2')
    const { title, template } = invocation.options
    return call(invocation, 'create-room', settings => ({
      room: [room],
      accountjid: [addressIn(owner, settings)],
      title: text(title),
      template: text(template),
    }))
  },
}

const set: Command = {
  name: 'room set',
  summary: 'Changes what a room is. Fields are those that "room show" lists.',
  words: ['ROOM', 'FIELD', 'VALUE'],
  options: {},
  examples: ['plodge room set first-years membersonly true', 'plodge room set first-years roomname "First years"'],
  run(invocation) {
    const room = roomIn(invocation)
    const [, field, value] = invocation.words
    if (field === undefined || value === undefined) throw new UsageError('What is to be changed? Give a field and its value')
    return call(invocation, 'set-room', () => ({ room: [room], field: [field], value: [value] }))
  },
}

const members: Command = {
  name: 'room members',
  summary: 'Shows who is what in a room, or changes it.',
  words: ['ROOM', '[NAME]', '[owner | admin | member | none | outcast]'],
  options: {},
  examples: ['plodge room members first-years', 'plodge room members first-years spqr1 owner'],
  run(invocation) {
    const room = roomIn(invocation)
    const [, name, affiliation] = invocation.words
    if ((name === undefined) !== (affiliation === undefined)) throw new UsageError('Give both: who, and what they are to be')
    return call(invocation, 'room-members', settings => ({
      room: [room],
      ...(name !== undefined && { accountjid: [addressIn(name, settings)] }),
      affiliation: text(affiliation),
    }))
  },
}

const readers: Command = {
  name: 'room readers',
  summary: 'Shows who has read an announcement that asks for it: the newest, or another by its id.',
  words: ['ROOM', '[ID]'],
  options: {},
  examples: ['plodge room readers notices', 'plodge room readers notices 1790812800000000'],
  run: invocation => call(invocation, 'room-readers', () => ({ room: [roomIn(invocation)], announcement: text(invocation.words[1]) })),
}

const archive: Command = {
  name: 'room archive',
  summary: 'Closes a room for reading only, or opens it again.',
  words: ['ROOM'],
  options: { open: { type: 'boolean', meaning: 'open it again' } },
  examples: ['plodge room archive first-years-2025', 'plodge room archive first-years-2025 --open'],
  run: invocation =>
    call(invocation, 'archive-room', () => ({ room: [roomIn(invocation)], open: [String(invocation.options['open'] === true)] })),
}

const destroy: Command = {
  name: 'room destroy',
  summary: 'Ends a room. What was said in it is erased.',
  words: ['ROOM'],
  options: {
    reason: { type: 'string', value: 'TEXT', meaning: 'why, for those who are inside' },
    instead: { type: 'string', value: 'ROOM', meaning: 'another room that they are shown' },
  },
  examples: ['plodge room destroy first-years-2025 --reason "It is over" --instead first-years'],
  run(invocation) {
    const { reason, instead } = invocation.options
    return call(invocation, 'destroy-room', () => ({ room: [roomIn(invocation)], reason: text(reason), alternative: text(instead) }))
  },
}

export const roomCommands: readonly Command[] = [list, show, create, set, members, readers, archive, destroy]
