/** What operators do about rooms: see them, make them, say what they are, whose they are, and end them. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { type Affiliation, ROOM_CONFIG } from '@plodge/xmpp/xeps/muc.ts'
import { affiliate } from '../../rooms/administration.ts'
import { configurationForm, configure, shortName } from '../../rooms/configuration.ts'
import { destroy } from '../../rooms/destroying.ts'
import type { Room } from '../../rooms/room.ts'
import { settingsOf, TEMPLATES } from '../../rooms/templates.ts'
import { address, choice, line, yesOrNo } from '../../routing/command-fields.ts'
import { type Command, command, type Result, refusal } from '../../routing/commands.ts'
import type { RoomsSettings } from '../../settings.ts'
import type { Archive, Rooms } from '../../storage/repositories.ts'
import { announcementsIn, readingOf } from './acknowledgements.ts'
import type { Directory, Open } from './directory.ts'

const PAGE = 100
const OPERATOR = ['operator'] as const

export interface RoomCommandNeeds {
  readonly domain: string
  readonly directory: Directory
  readonly store: Rooms
  readonly archive: Pick<Archive, 'page'>
  readonly settings: () => RoomsSettings
}

export const roomCommands = (needs: RoomCommandNeeds): readonly Command[] => [
  list(needs),
  show(needs),
  create(needs),
  set(needs),
  members(needs),
  readers(needs),
  archive(needs),
  end(needs),
]

const ROOM = line('Which room? Its name, or its address', { required: true })
const about = ({ room }: { readonly room: string }): readonly string[] => [room]

const list = ({ store }: RoomCommandNeeds): Command =>
  command({
    node: 'list-rooms',
    title: 'List the rooms',
    instructions: 'In order of name, a hundred at once.',
    who: OPERATOR,
    fields: { after: line('Only those after this name') },
    async run({ after }): Promise<Result> {
      const { rooms, count } = await store.list({ person: undefined, after: after === '' ? undefined : after, max: PAGE })
      const columns = ['room', 'title', 'listed', 'created'].map(name => ({ name, label: name }))
      const rows = rooms.map(one => [one.name, one.title, one.isPublic ? 'yes' : 'no', new Date(one.createdAt).toISOString().slice(0, 10)])
      return { note: `${count} ${count === 1 ? 'room' : 'rooms'} in all`, table: { columns, rows } }
    },
  })

const show = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'show-room',
    title: 'Show a room',
    who: OPERATOR,
    fields: { room: ROOM },
    about,
    async run({ room: name }): Promise<Result> {
      const { room } = await openOf(name, needs)
      const counts = (affiliation: Affiliation): number => [...room.affiliations.values()].filter(one => one === affiliation).length
      const settings = configurationForm(room).fields.flatMap(field =>
        field.name !== undefined && field.name !== 'FORM_TYPE' && field.type !== 'text-private'
          ? [{ name: shortName(field.name), ...(field.label !== undefined && { label: field.label }), values: field.values }]
          : [],
      )
      const owners = [...room.affiliations].filter(([, one]) => one === 'owner').map(([person]) => person as string)
      return {
        fields: [
          { name: 'address', label: 'Address', values: [room.address.full] },
          { name: 'owners', label: 'Owners', values: owners },
          { name: 'members', label: 'Members', values: [`${counts('member') + counts('admin') + counts('owner')}`] },
          { name: 'banned', label: 'Banned', values: [`${counts('outcast')}`] },
          { name: 'inside', label: 'People inside', values: [`${room.occupants.size}`] },
          { name: 'archived', label: 'Archived', values: [room.settings.isReadOnly ? 'yes' : 'no'] },
          ...settings,
        ],
      }
    },
  })

const create = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'create-room',
    title: 'Make a room',
    who: OPERATOR,
    fields: {
      room: ROOM,
      accountjid: address('Who is to own it?', { required: true }),
      title: line('Its name for people'),
      template: choice(
        'What kind of room?',
        TEMPLATES.map(({ name, meaning }) => ({ label: meaning, value: name })),
      ),
    },
    about,
    async run({ room: name, accountjid, title, template }): Promise<Result> {
      const at = addressOf(name, needs)
      if (await needs.directory.find(at)) return refusal(`There is a room called ${at.local} already`)
      const open = await needs.directory.create(at, accountjid ?? at, { isByOperator: true })
      const { room } = open
      room.settings = { ...(settingsOf(template ?? 'open') ?? room.settings), name: title }
      room.isLocked = false
      await needs.directory.keep(open)
      return { note: `There is a room ${room.address.full} now, owned by ${accountjid?.bare ?? ''}` }
    },
  })

const set = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'set-room',
    title: 'Change what a room is',
    instructions: 'Fields are those of its form (XEP-0045 §15.5.3), such as roomname, membersonly or moderatedroom.',
    who: OPERATOR,
    fields: { room: ROOM, field: line('Which field?', { required: true }), value: line('Its value') },
    about: ({ room, field }) => [room, field],
    async run({ room: name, field, value }): Promise<Result> {
      const open = await openOf(name, needs)
      const names = configurationForm(open.room).fields.flatMap(one =>
        one.name === undefined || one.name === 'FORM_TYPE' ? [] : [one.name],
      )
      const asked = names.find(one => shortName(one) === field)
      if (asked === undefined) return refusal(`A room has no ${field}; it has ${names.map(shortName).join(', ')}`)
      const form = namedForm('submit', ROOM_CONFIG, [formField(asked, { values: [value] })])
      open.voice.say(configure(open.room, form, needs.settings().occupants))
      await needs.directory.keep(open)
      return { note: `${open.room.address.full} is changed` }
    },
  })

const AFFILIATIONS = ['owner', 'admin', 'member', 'none', 'outcast'] as const

const members = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'room-members',
    title: 'See who is what in a room, or change it',
    who: OPERATOR,
    fields: {
      room: ROOM,
      accountjid: address('Who?'),
      affiliation: choice(
        'What are they to be?',
        AFFILIATIONS.map(value => ({ label: undefined, value })),
      ),
    },
    about: ({ room, accountjid }) => [room, ...(accountjid ? [accountjid.bare] : [])],
    async run({ room: name, accountjid, affiliation }): Promise<Result> {
      const open = await openOf(name, needs)
      const { room } = open
      const wanted = AFFILIATIONS.find(one => one === affiliation)
      if ((accountjid === undefined) !== (wanted === undefined)) return refusal('Say who, and what they are to be')
      if (accountjid && wanted) {
        if (wanted !== 'owner' && isLastOwner(room, accountjid)) return refusal('A room has an owner: make somebody else one first')
        open.voice.say(affiliate(room, accountjid.bare, wanted))
        await needs.directory.keep(open)
      }
      const rows = [...room.affiliations].toSorted(([one], [other]) => (one < other ? -1 : 1))
      return { table: { columns: ['person', 'affiliation'].map(column => ({ name: column, label: column })), rows } }
    },
  })

const readers = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'room-readers',
    title: 'See who has read an announcement',
    instructions: 'Of those that ask to be acknowledged: the newest, unless another is named.',
    who: OPERATOR,
    fields: { room: ROOM, announcement: line('Which? What the archive of the room calls it') },
    about,
    async run({ room: name, announcement }): Promise<Result> {
      const { room } = await openOf(name, needs)
      const all = await announcementsIn(room, needs.archive)
      const found = announcement === '' ? all[0] : all.find(({ id }) => `${id}` === announcement)
      if (!found) return refusal('There is no such announcement in this room')
      const names = [
        { name: 'announcement', label: 'Announcement', values: [`${found.id}`] },
        { name: 'text', label: 'Text', values: [found.text.slice(0, 200)] },
      ]
      return { ...readingOf(room, found), fields: names }
    },
  })

const isLastOwner = ({ affiliations }: Room, person: Jid): boolean =>
  affiliations.get(person.bare) === 'owner' && [...affiliations.values()].filter(one => one === 'owner').length === 1

const archive = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'archive-room',
    title: 'Close a room for reading only, or open it again',
    instructions: 'What was said stays; nobody says anything more.',
    who: OPERATOR,
    fields: { room: ROOM, open: yesOrNo('Open it again') },
    about,
    async run({ room: name, open: isOpening }): Promise<Result> {
      const open = await openOf(name, needs)
      open.room.settings = { ...open.room.settings, isReadOnly: !isOpening }
      await needs.directory.keep(open)
      return { note: `${open.room.address.full} is ${isOpening ? 'open again' : 'for reading only'}` }
    },
  })

const end = (needs: RoomCommandNeeds): Command =>
  command({
    node: 'destroy-room',
    title: 'End a room',
    instructions: 'What was said in it is erased.',
    who: OPERATOR,
    fields: { room: ROOM, alternative: line('Another room to go to'), reason: line('Why, for those who are inside') },
    about,
    async run({ room: name, alternative, reason }): Promise<Result> {
      const open = await openOf(name, needs)
      const other = alternative === '' ? undefined : addressOf(alternative, needs).full
      open.voice.say(destroy(open.room, { jid: other, password: undefined, reason: reason === '' ? undefined : reason }))
      await needs.directory.remove(open)
      return { note: `${open.room.address.full} is no more` }
    },
  })

function addressOf(text: string, { domain }: RoomCommandNeeds): Jid {
  const jid = text.includes('@') ? Jid.parse(text) : Jid.of(text, domain)
  if (jid?.domain !== domain || jid.local === '') throw new StanzaError('jid-malformed', `${text} is no name of a room`)
  return jid.account
}

/** Throws StanzaError where there is none. */
async function openOf(text: string, needs: RoomCommandNeeds): Promise<Open> {
  const open = await needs.directory.find(addressOf(text, needs))
  if (!open) throw new StanzaError('item-not-found', `There is no room called ${text}`)
  return open
}
