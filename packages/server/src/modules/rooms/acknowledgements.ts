/** Announcements that ask to be acknowledged (XEP-0333): markers are kept by the room, and owners and admins see who has sent them. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Markable } from '@plodge/xmpp/xeps/chat-markers.ts'
import { Body, OccupantId } from '@plodge/xmpp/xeps/muc.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { isKeptMark, markedId, readersOf, setMark } from '../../rooms/marks.ts'
import { devicesOf, type Room } from '../../rooms/room.ts'
import { asSaid, insider } from '../../rooms/speech.ts'
import { choice } from '../../routing/command-fields.ts'
import { command, type Result } from '../../routing/commands.ts'
import type { Host } from '../../routing/host.ts'
import type { Archive, Rooms } from '../../storage/repositories.ts'
import { notKept } from '../archive/commits.ts'
import type { Open } from './directory.ts'
import { readStanza } from './keeping.ts'
import type { Order } from './orders.ts'
import type { Speaker } from './speaker.ts'

export interface AcknowledgementNeeds {
  readonly host: Host
  readonly archive: Pick<Archive, 'page'>
  readonly store: Pick<Rooms, 'setMark'>
}

/** Of the newest messages, so many are looked at for announcements. */
const LOOKED_AT = 250
const LONGEST_LABEL = 80

/** Undefined where the message is nothing that the room keeps for itself. Throws StanzaError to refuse. */
export const acknowledge = (open: Open, message: Stanza, speaker: Speaker, needs: AcknowledgementNeeds): Promise<void> | undefined =>
  isKeptMark(open.room, message) ? note(open, message, speaker, needs) : undefined

/** Only who sent it hears it back, with all devices, and only once it is on disk. */
async function note(
  { room, voice }: Open,
  message: Stanza,
  { from }: Speaker,
  { host, archive, store }: AcknowledgementNeeds,
): Promise<void> {
  const reader = insider(room, from)
  const id = markedId(message)
  // XEP-0333 §5: what names no message of the room is ignored.
  if (id === undefined || !(await isSaid(room, id, archive))) return
  if ((room.marks.get(reader.person)?.id ?? 0) < id) {
    const mark = { id, at: host.clock() }
    await store.setMark(room.address.local, reader.person, mark).catch((error: unknown) => {
      throw notKept(error)
    })
    setMark(room, reader.person, mark)
  }
  voice.say([{ stanza: asSaid(room, reader, message), to: devicesOf(reader) }])
}

async function isSaid(room: Room, id: number, archive: Pick<Archive, 'page'>): Promise<boolean> {
  const name = `${id}`
  if (room.history.some(({ message }) => message.all(StanzaId).some(one => one.id === name && one.by === room.address.full))) return true
  return (await archive.page({ owner: room.address.bare, ids: [id], max: 1 })).messages.length > 0
}

export interface Announcement {
  readonly id: number
  readonly text: string
  /** XEP-0421. */
  readonly author: string | undefined
}

/** Those that ask to be acknowledged, of what was said last; newest first. */
export async function announcementsIn({ address }: Room, archive: Pick<Archive, 'page'>): Promise<readonly Announcement[]> {
  const { messages } = await archive.page({ owner: address.bare, before: 'last', max: LOOKED_AT })
  return messages
    .flatMap(({ id, stanza }) => {
      const message = stanza.includes(Markable.ns) ? readStanza(stanza) : undefined
      const text = message?.has(Markable) ? message.get(Body) : undefined
      return message && text !== undefined ? [{ id, text, author: message.get(OccupantId)?.id }] : []
    })
    .toReversed()
}

/** Who has read it, and who has not. */
export function readingOf(room: Room, { id, author }: Announcement): Result {
  const { read, unread } = readersOf(room, id, person => room.rules.occupantId(room.address, person) === author)
  const columns = [
    { name: 'person', label: 'Who' },
    { name: 'read', label: 'Has read it' },
  ]
  const rows = [...unread.map(person => [person, 'no']), ...read.map(person => [person, 'yes'])]
  return { note: `${read.length} of ${read.length + unread.length} have read it`, table: { columns, rows } }
}

const NODE = 'urn:plodge:rooms:acknowledged'
const TITLE = 'See who has read an announcement'

export const acknowledgementOrder = (archive: Pick<Archive, 'page'>): Order => ({
  node: NODE,
  title: TITLE,
  isForAdmins: true,
  of: room =>
    command({
      node: NODE,
      title: TITLE,
      instructions: 'Of those that ask to be acknowledged.',
      who: ['person'],
      fields: { announcement: choice('Which announcement?', [], { required: true }) },
      async prepare() {
        const found = await announcementsIn(room, archive)
        const options = found.map(({ id, text }) => ({ label: text.slice(0, LONGEST_LABEL), value: `${id}` }))
        return { announcement: { options, values: options.slice(0, 1).map(({ value }) => value) } }
      },
      async run({ announcement }) {
        const found = (await announcementsIn(room, archive)).find(({ id }) => `${id}` === announcement)
        if (!found) throw new StanzaError('item-not-found', 'There is no such announcement')
        return readingOf(room, found)
      },
    }),
})
