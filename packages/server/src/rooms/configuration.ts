/** XEP-0045 §10.1.3, §10.2: the form by which owners decide, and what everybody hears of it (§10.2.1: 104, 170–174). */
import { type BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { type Answers, answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { type DataForm, formField, type FormOption, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { type Affiliation, NO_USER_INFO, ROOM_CONFIG, ROOM_TEMPLATE, type Role, UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { affiliateAll, expel } from './administration.ts'
import type { Delivery, Room } from './room.ts'
import { type RoomSettings, SHOWN_ROLES, type Who } from './settings.ts'
import { settingsOf, TEMPLATES } from './templates.ts'

/** XEP-0500: nobody waits longer than a day. */
const SLOWEST = 86_400
/** Fields of our own in a form of the XSF's (XEP-0068 §3.2). */
const OURS = '{urn:plodge:rooms}'
const OWN_FIELDS: ReadonlySet<string> = new Set(['readonly', 'keep_days', 'acknowledgements'])
const name = (short: string): string => (OWN_FIELDS.has(short) ? `${OURS}${short}` : `muc#roomconfig_${short}`)
const options = (...values: readonly string[]): readonly FormOption[] => values.map(value => ({ label: undefined, value }))
const FLAGS = {
  persistentroom: ['isPersistent', 'The room stays when the last person leaves'],
  publicroom: ['isPublic', 'The room is listed'],
  membersonly: ['isMembersOnly', 'Only members may come in'],
  moderatedroom: ['isModerated', 'Only those with voice may speak'],
  enablelogging: ['isArchived', 'What is said is kept'],
  allowinvites: ['mayInvite', 'Everybody inside may invite others'],
  changesubject: ['mayChangeSubject', 'Participants may change the subject'],
  readonly: ['isReadOnly', 'Closed: what was said can be read, and nobody says anything more'],
  acknowledgements: ['keepsMarks', 'Who has read what is kept, and for owners and admins alone to see'],
} as const satisfies Record<string, readonly [keyof RoomSettings, string]>

/** Without what names of fields begin with: `roomname`, `readonly`. */
export const shortName = (field: string): string => field.replace(/^(?:muc#roomconfig_|muc#|\{urn:plodge:rooms\})/, '')

export function configurationForm({ settings, affiliations, isLocked }: Room): DataForm {
  const text = (short: string, label: string, value: string) => formField(name(short), { type: 'text-single', label, values: [value] })
  const flags = Object.entries(FLAGS).map(([short, [key, label]]) =>
    formField(name(short), { type: 'boolean', label, values: [settings[key] ? '1' : '0'] }),
  )
  const { password = '' } = settings
  return namedForm('form', ROOM_CONFIG, [
    ...(isLocked ? [templateField] : []),
    text('roomname', 'Name of the room', settings.name),
    text('roomdesc', 'What it is for', settings.description),
    text('lang', 'Language', settings.language),
    ...flags,
    formField(name('passwordprotectedroom'), { type: 'boolean', label: 'A password is needed', values: [password === '' ? '0' : '1'] }),
    formField(name('roomsecret'), { type: 'text-private', label: 'The password', values: [password] }),
    formField(name('whois'), {
      type: 'list-single',
      label: 'Who sees addresses',
      values: [settings.whois],
      options: options('moderators', 'anyone'),
    }),
    formField(name('allowpm'), {
      type: 'list-single',
      label: 'Who may send private messages',
      values: [settings.privateMessages],
      options: options('anyone', 'participants', 'moderators', 'none'),
    }),
    text('maxusers', 'How many people it holds', `${settings.mostOccupants}`),
    formField(name('presencebroadcast'), {
      type: 'list-multi',
      label: 'Whose presence is told',
      values: settings.shownRoles,
      options: options(...SHOWN_ROLES),
    }),
    formField(name('getmemberlist'), {
      type: 'list-multi',
      label: 'Who may see the list of members',
      values: settings.listReaders,
      options: options(...SHOWN_ROLES),
    }),
    formField(name('slow_mode_duration'), {
      type: 'text-single',
      label: 'Seconds to wait between two messages; 0 for none',
      validation: { datatype: 'xs:integer', min: '0', max: `${SLOWEST}` },
      values: [`${settings.slowSeconds}`],
    }),
    text('pubsub', 'A node of publish-subscribe that goes with it', settings.pubsub),
    formField('muc#maxhistoryfetch', {
      type: 'text-single',
      label: 'Messages that newcomers are sent',
      values: [`${settings.mostHistory}`],
    }),
    text(
      'keep_days',
      'For how many days what is said is kept (empty: as is usual here)',
      settings.keepDays === 0 ? '' : `${settings.keepDays}`,
    ),
    formField(name('roomadmins'), { type: 'jid-multi', label: 'Admins', values: peopleWith('admin', affiliations) }),
    formField(name('roomowners'), { type: 'jid-multi', label: 'Owners', values: peopleWith('owner', affiliations) }),
  ])
}

/** While a room is being made. */
const templateField = formField(ROOM_TEMPLATE, {
  type: 'list-single',
  label: 'What kind of room?',
  values: ['open'],
  options: TEMPLATES.map(({ name: value, meaning }) => ({ label: meaning, value })),
})

const peopleWith = (wanted: Affiliation, affiliations: Room['affiliations']): readonly BareJid[] =>
  [...affiliations].flatMap(([person, affiliation]) => (affiliation === wanted ? [person] : []))

/** An empty form takes things as they are (§10.1.2: an instant room). Opens a room that was being made. */
export function configure(room: Room, submitted: DataForm, most: number): readonly Delivery[] {
  const before = room.settings
  const isFilled = submitted.fields.some(field => field.name !== 'FORM_TYPE')
  const answers: Answers = isFilled ? answersIn(room, submitted) : new Map()
  const kind = answers.get(ROOM_TEMPLATE)?.[0]
  const begun = (kind === undefined ? undefined : settingsOf(kind)) ?? before
  const decided = isFilled ? readSettings(begun, answers, most) : before
  const settings = room.rules.mayArchive ? decided : { ...decided, isArchived: false }
  const offices = appointed(room, answers)
  room.settings = settings
  const appointments = affiliateAll(room, offices)
  const isOpening = room.isLocked
  room.isLocked = false
  const expelled = settings.isMembersOnly && !before.isMembersOnly ? expelStrangers(room) : []
  const codes = isOpening ? [] : codesOf(before, settings)
  const told = [...appointments, ...expelled]
  return codes.length === 0 ? told : [...told, { stanza: notice(room, codes), to: room.devices }]
}

/** Who chooses a kind of room means what it brings, and of the rest of the form what they changed. */
function answersIn(room: Room, submitted: DataForm): Answers {
  const asked = configurationForm(room)
  const answers = answersTo(asked, submitted)
  if (!answers.has(ROOM_TEMPLATE)) return answers
  const offered = answersTo(asked, { ...asked, kind: 'submit' })
  const isChanged = ([name, values]: readonly [string, readonly string[]]): boolean =>
    name === ROOM_TEMPLATE || values.join('\n') !== offered.get(name)?.join('\n')
  return new Map([...answers].filter(isChanged))
}

/** §10.2: who is an owner and an admin now; whoever is that no more stays an admin or a member. Throws StanzaError to refuse. */
function appointed(room: Room, answers: Answers): readonly (readonly [BareJid, Affiliation])[] {
  const listed = (field: string, now: Affiliation): readonly BareJid[] =>
    answers.get(name(field))?.flatMap(text => Jid.parse(text)?.bare ?? []) ?? peopleWith(now, room.affiliations)
  const given = listed('roomowners', 'owner')
  // A client that knows no such fields leaves them empty.
  const owners = new Set(given.length > 0 ? given : peopleWith('owner', room.affiliations))
  const admins = new Set(listed('roomadmins', 'admin').filter(person => !owners.has(person)))
  const wanted = new Map<BareJid, Affiliation>()
  for (const person of peopleWith('admin', room.affiliations)) wanted.set(person, 'member')
  for (const person of peopleWith('owner', room.affiliations)) wanted.set(person, 'admin')
  for (const person of admins) wanted.set(person, 'admin')
  for (const person of owners) wanted.set(person, 'owner')
  const changes = [...wanted].filter(([person, affiliation]) => room.affiliationOf(person) !== affiliation)
  if (room.affiliations.size + changes.length > room.rules.affiliations && changes.length > 0)
    throw new StanzaError('resource-constraint', 'This room has as many affiliations as it may')
  return changes
}

function readSettings(before: RoomSettings, answers: Answers, most: number): RoomSettings {
  const text = (short: string): string | undefined => answers.get(name(short))?.[0]
  const short = (value: string | undefined, else_: string): string => {
    if ((value ?? '').length > 1000) throw new StanzaError('not-acceptable', 'A text of the form is too long')
    return value ?? else_
  }
  const flags = Object.entries(FLAGS).flatMap(([flag, [key]]) => {
    const given = text(flag)
    return given === undefined ? [] : [[key, given === 'true'] as const]
  })
  const wantsPassword = text('passwordprotectedroom') ?? `${before.password !== undefined}`
  const password = wantsPassword === 'true' ? short(text('roomsecret'), before.password ?? '') : undefined
  // §10.1.3: a password that is needed and not given.
  if (password === '') throw new StanzaError('not-acceptable', 'Say which password is needed')
  const count = Number(text('maxusers'))
  return {
    ...before,
    ...Object.fromEntries(flags),
    name: short(text('roomname'), before.name),
    description: short(text('roomdesc'), before.description),
    language: short(text('lang'), before.language),
    password,
    whois: text('whois') === undefined ? before.whois : text('whois') === 'anyone' ? 'anyone' : 'moderators',
    privateMessages: (text('allowpm') || before.privateMessages) as Who,
    mostOccupants: Number.isInteger(count) && count > 0 ? Math.min(count, most) : before.mostOccupants,
    shownRoles: (answers.get(name('presencebroadcast')) as readonly Role[] | undefined) ?? before.shownRoles,
    listReaders: (answers.get(name('getmemberlist')) as readonly Role[] | undefined) ?? before.listReaders,
    slowSeconds: Number(text('slow_mode_duration') || before.slowSeconds),
    pubsub: short(text('pubsub'), before.pubsub),
    keepDays: daysIn(text('keep_days')) ?? before.keepDays,
    mostHistory: countIn(answers.get('muc#maxhistoryfetch')?.[0]) ?? before.mostHistory,
  }
}

const countIn = (text: string | undefined): number | undefined => (text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined)

/** Nothing, and 0, are what is usual. Throws StanzaError where it is no number of days. */
function daysIn(given: string | undefined): number | undefined {
  const days = given === undefined ? undefined : countIn(given.trim() || '0')
  if (given !== undefined && days === undefined) throw new StanzaError('not-acceptable', 'That is no number of days')
  return days
}

/** §10.2.1: with 322. */
const expelStrangers = (room: Room): readonly Delivery[] =>
  [...room.occupants.values()]
    .filter(({ person }) => room.affiliationOf(person) === 'none')
    .flatMap(occupant => expel(room, occupant, {}, [322]))

function codesOf(before: RoomSettings, after: RoomSettings): readonly number[] {
  const codes: number[] = []
  if (before.isArchived !== after.isArchived) codes.push(after.isArchived ? 170 : 171)
  if (before.whois !== after.whois) codes.push(after.whois === 'anyone' ? 172 : 173)
  if (JSON.stringify({ ...before, isArchived: 0, whois: 0 }) !== JSON.stringify({ ...after, isArchived: 0, whois: 0 })) codes.push(104)
  return codes
}

export const notice = ({ address }: Room, codes: readonly number[]): Stanza =>
  Stanza.of('message', { from: address, type: 'groupchat' }, [
    UserInfo.write({ ...NO_USER_INFO, statuses: codes.map(code => ({ code: `${code}` })) }),
  ])
