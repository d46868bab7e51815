/** XEP-0045 §7.10, §9.9: people make themselves members of open rooms, and ask to become members of others. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { DataForm, formField, type FormField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { ROOM_REGISTER } from '@plodge/xmpp/xeps/muc.ts'
import { NOTHING_REGISTERED, type Registration } from '@plodge/xmpp/xeps/register.ts'
import { affiliate, change } from './administration.ts'
import type { Delivery, Room } from './room.ts'

const NICK = 'muc#register_roomnick'
const PERSON = 'muc#register_jid'
const ALLOW = 'muc#register_allow'

export interface Registered {
  /** Addressed; for people who need not be inside. */
  readonly letters: readonly Stanza[]
  readonly deliveries: readonly Delivery[]
}
const NOBODY_TOLD: Registered = { letters: [], deliveries: [] }

/** What the room knows of somebody, or the form to fill in. */
export function registration(room: Room, person: Jid): Registration {
  const affiliation = room.affiliationOf(person.bare)
  if (affiliation === 'outcast' || room.isLocked) throw new StanzaError('not-allowed', 'You cannot become a member of this room')
  if (affiliation !== 'none') return { ...NOTHING_REGISTERED, isRegistered: true, fields: new Map([['username', nickOf(room, person)]]) }
  const instructions = room.settings.isMembersOnly
    ? 'The admins of this room decide who becomes a member.'
    : 'Members stay members while they are away.'
  return { ...NOTHING_REGISTERED, instructions, form: formFor(room) }
}

const nickOf = (room: Room, person: Jid): string => room.nicks.get(person.bare) ?? room.rules.nickname(person, '')

/** Whose nickname is not free has none to wish for. */
function formFor(room: Room): DataForm {
  const fields: FormField[] = room.rules.isFree ? [formField(NICK, { type: 'text-single', label: 'Nickname', isRequired: true })] : []
  return namedForm('form', ROOM_REGISTER, fields, { title: `Become a member of ${room.settings.name || room.address.local}` })
}

export function register(room: Room, { form, isRemoval }: Registration, person: Jid): Registered {
  const affiliation = room.affiliationOf(person.bare)
  if (isRemoval) {
    if (affiliation !== 'member') throw new StanzaError('not-allowed', 'You are no member of this room, or more than that')
    room.setNick(person.bare, undefined)
    return { letters: [], deliveries: affiliate(room, person.bare, 'none') }
  }
  if (affiliation === 'outcast' || room.isLocked) throw new StanzaError('not-allowed', 'You cannot become a member of this room')
  if (!form) throw new StanzaError('bad-request', 'There is no form in this')
  const nick = answersTo(formFor(room), form).get(NICK)?.[0]
  if (nick !== undefined) checkNick(room, person, nick)
  if (affiliation === 'none' && room.settings.isMembersOnly) return { letters: requests(room, person, nick), deliveries: [] }
  if (affiliation === 'none' && room.affiliations.size >= room.rules.affiliations)
    throw new StanzaError('resource-constraint', 'This room has as many members as it may')
  if (nick !== undefined) room.setNick(person.bare, nick)
  return affiliation === 'none' ? { letters: [], deliveries: affiliate(room, person.bare, 'member') } : NOBODY_TOLD
}

/** §7.10: a nickname is reserved for one person. */
function checkNick(room: Room, person: Jid, nick: string): void {
  if (!room.address.withResource(nick)) throw new StanzaError('not-acceptable', 'That cannot be a nickname')
  if (room.isTaken(nick, person.bare)) throw new StanzaError('conflict', 'Somebody else has this nickname')
}

/** §9.9: to everybody who may decide. */
function requests(room: Room, person: Jid, nick: string | undefined): readonly Stanza[] {
  const form = approvalForm('form', [person.bare], [nick ?? nickOf(room, person)])
  const deciding = [...room.affiliations].filter(([, affiliation]) => affiliation === 'owner' || affiliation === 'admin')
  return deciding.flatMap(([one]) => {
    const to = Jid.parse(one)
    return to ? [Stanza.of('message', { from: room.address, to }, [DataForm.write(form)])] : []
  })
}

const approvalForm = (kind: 'form', person: readonly string[], nick: readonly string[]): DataForm =>
  namedForm(
    kind,
    ROOM_REGISTER,
    [
      formField(PERSON, { type: 'jid-single', label: 'Who', isRequired: true, values: person }),
      formField(NICK, { type: 'text-single', label: 'Desired Nickname', values: nick }),
      formField(ALLOW, { type: 'boolean', label: 'Allow this person to register with the room?', isRequired: true, values: ['0'] }),
    ],
    { title: 'Registration request', instructions: ['To make this person a member of the room, say yes below. To leave it, cancel.'] },
  )

/** §9.9: what somebody who may decide has decided. */
export function approve(room: Room, form: DataForm, by: Jid): readonly Delivery[] {
  if (form.kind === 'cancel') return []
  const answers = answersTo(approvalForm('form', [], []), form)
  const person = Jid.parse(answers.get(PERSON)?.[0] ?? '')
  if (!person || answers.get(ALLOW)?.[0] !== 'true' || room.affiliationOf(person.bare) === 'member') return []
  const nick = answers.get(NICK)?.[0]
  const none = { nick: undefined, role: undefined, actor: undefined, reason: undefined }
  const deliveries = change(room, [{ ...none, jid: person.bare, affiliation: 'member' }], by)
  if (room.rules.isFree && nick !== undefined && nick !== '') {
    checkNick(room, person, nick)
    room.setNick(person.bare, nick)
  }
  return deliveries
}
