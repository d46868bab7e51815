/** A room as it is on disk, and what was said in it last. */
import { randomBytes } from 'node:crypto'
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Affiliation } from '@plodge/xmpp/xeps/muc.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { Room, type RoomRules, type Said } from '../../rooms/room.ts'
import { readSettings } from '../../rooms/settings.ts'
import { Versions } from '../../rooms/versions.ts'
import type { Archive, Documents, RoomPerson, RoomRecord } from '../../storage/repositories.ts'

export function restore(record: RoomRecord, address: Account, rules: RoomRules, now: number): Room {
  const room = new Room(address, readSettings(record.settings), rules, now)
  for (const { person, affiliation, nick } of record.people) {
    const jid = Jid.parse(person)
    if (!jid) continue
    room.setAffiliation(jid.bare, affiliation as Affiliation)
    room.setNick(jid.bare, nick)
  }
  room.takeChanges()
  for (const { person, id, at } of record.marks) {
    const jid = Jid.parse(person)
    if (jid) room.marks.set(jid.bare, { id, at })
  }
  const changes = record.changes.flatMap(({ version, person, before }) => {
    const jid = Jid.parse(person)
    return jid ? [{ version, person: jid.bare, before: before as Affiliation }] : []
  })
  room.versions = new Versions(rules.version, record.version, changes)
  const subject = record.subject && readStanza(record.subject.stanza)
  room.subject = subject && record.subject && { message: subject, at: record.subject.at }
  return room
}

/** Those whose affiliation or nickname changed since the last time. */
export const keptPeople = (room: Room): readonly RoomPerson[] =>
  [...room.takeChanges()].map(person => ({ person, affiliation: room.affiliationOf(person), nick: room.nicks.get(person) }))

/** Out of an archive; undefined when it is no stanza. */
export function readStanza(text: string): Stanza | undefined {
  const element = parse(text, CLIENT)
  const { from, type, id, 'xml:lang': lang } = element.attributes
  return Stanza.from(element, { from: from === undefined ? undefined : Jid.parse(from), type, id, lang })
}

/** What was said last, oldest first, as newcomers are to be told (XEP-0045 §7.2.13). */
export async function recentOf(archive: Pick<Archive, 'page'>, { address, rules, settings }: Room): Promise<readonly Said[]> {
  if (!settings.isArchived || rules.history === 0) return []
  const max = Number.isFinite(rules.history) ? rules.history : 250
  const { messages } = await archive.page({ owner: address.bare, before: 'last', max })
  return messages.flatMap(({ id, stanza }) => {
    const message = readStanza(stanza)
    const isSpeech = message?.has({ ns: CLIENT, name: 'body' })
    return message && isSpeech ? [{ message: message.plus(StanzaId, { id: `${id}`, by: address.full }), at: Math.floor(id / 1000) }] : []
  })
}

/** XEP-0421 §5: made once, so that occupants are the same after every start. */
export async function secretOf(documents: Pick<Documents, 'get' | 'set'>, domain: Account): Promise<Buffer> {
  const at = [`@${domain.domain}`, 'rooms', 'occupant-ids'] as const
  const known = await documents.get(...at)
  if (known !== undefined) return Buffer.from(known, 'base64')
  const made = randomBytes(32)
  await documents.set(...at, made.toString('base64'))
  return made
}
