/** XEP-0313 §6.1.2: the history of a room, for those who may come in. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AskFilterFields, AskMetadata, filterFields, FULLTEXT, MAM, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { MODERATE, NO_USER_INFO, NO_ITEM, UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { RETRACT, TOMBSTONES } from '@plodge/xmpp/xeps/retract.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import type { Room } from '../../rooms/room.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import type { Archive, ArchivedMessage } from '../../storage/repositories.ts'
import { finOf } from '../archive/pages.ts'
import { readQuery } from '../archive/query.ts'
import { metadataOf, sendPage } from '../archive/reading.ts'
import type { Directory } from './directory.ts'
import { known } from './offices.ts'

export interface PastNeeds {
  readonly directory: Directory
  readonly archive: Pick<Archive, 'page' | 'bounds'>
  readonly isSearchable: boolean
}

export const pastFeatures = (isSearchable: boolean): readonly string[] => [
  MAM,
  `${MAM}#extended`,
  SID,
  RETRACT,
  TOMBSTONES,
  MODERATE,
  ...(isSearchable ? [FULLTEXT] : []),
]

export function answerPast(service: Service, { directory, archive, isSearchable }: PastNeeds): void {
  const readable = (to: Jid, from: Jid): Now<Room> =>
    andThen(known(directory, to), ({ room }) => {
      checkReader(room, from)
      return room
    })
  service.answer(QueryArchive, (question, { to, from, session }) =>
    andThen(readable(to, from), async room => {
      if (!session) throw new StanzaError('forbidden', 'The history of this room is for people here')
      const { query, device } = readQuery(room.address.bare, question, isSearchable)
      const isOccupant = query.peer === room.address.bare
      const tellsPeers = room.settings.whois === 'anyone' || room.occupantOf(from)?.role === 'moderator'
      // Whoever could ask by address would learn who is behind a nickname.
      if (query.peer !== undefined && !isOccupant && !tellsPeers)
        throw new StanzaError('forbidden', 'In this room people are known by their nicknames')
      const wanted = { ...query, tellsPeers, peer: isOccupant ? undefined : query.peer }
      const audience = { session, from: room.address, tell: (message: ArchivedMessage) => withSpeaker(room, message) }
      return finOf(await sendPage(archive, { query: wanted, device: isOccupant ? device : undefined }, question, audience))
    }),
  )
  service.answer(AskFilterFields, (_, { to, from }) => andThen(readable(to, from), () => filterFields(isSearchable)))
  service.answer(AskMetadata, (_, { to, from }) => andThen(readable(to, from), ({ address }) => metadataOf(archive, address.bare)))
}

const END = '</message>'

/** §6.1.2: with whose it is, for those who may know. Not of what the room itself said. */
function withSpeaker(room: Room, message: ArchivedMessage): ArchivedMessage {
  const { peer, stanza } = message
  const tag = stanza.slice(0, stanza.indexOf('>'))
  const person = peer === undefined ? undefined : Jid.parse(peer)?.bare
  if (person === undefined || !stanza.endsWith(END) || !tag.includes(` from='${escapeAttribute(room.address.full)}/`)) return message
  const item = { ...NO_ITEM, affiliation: room.affiliationOf(person), jid: person }
  const speaker = UserInfo.write({ ...NO_USER_INFO, item })
  return { ...message, stanza: `${stanza.slice(0, -END.length)}${speaker.toString()}${END}` }
}

/** §6.1.2: as for coming in. */
function checkReader(room: Room, reader: Jid): void {
  const affiliation = room.affiliationOf(reader.bare)
  const isClosed = room.settings.isMembersOnly || room.settings.password !== undefined
  if (affiliation === 'outcast' || (affiliation === 'none' && isClosed && !room.occupantOf(reader)))
    throw new StanzaError('forbidden', 'The history of this room is for those who may come in')
}
