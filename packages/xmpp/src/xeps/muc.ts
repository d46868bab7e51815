/** XEP-0045 (1.35.5): Multi-User Chat: how one enters a room, and what a room says of its occupants. */
import { StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import { attribute, type Codec, element, type Field, many, maybeAttribute, one, optional, text, textElement, type Value } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get, set } from './exchange.ts'
import { Mav } from './muc-affiliations.ts'
import { RETRACT } from './retract.ts'

export const MUC = 'http://jabber.org/protocol/muc'
export const MUC_USER = 'http://jabber.org/protocol/muc#user'
export const MUC_ADMIN = 'http://jabber.org/protocol/muc#admin'
export const MUC_OWNER = 'http://jabber.org/protocol/muc#owner'
/** XEP-0249 (1.2). */
export const CONFERENCE = 'jabber:x:conference'
/** XEP-0421 (1.0.1). */
export const OCCUPANT_ID = 'urn:xmpp:occupant-id:0'

const AFFILIATIONS = ['owner', 'admin', 'member', 'none', 'outcast'] as const
export type Affiliation = (typeof AFFILIATIONS)[number]
const ROLES = ['moderator', 'participant', 'visitor', 'none'] as const
export type Role = (typeof ROLES)[number]

/** One of the words, or nothing. */
const maybeOneOf = <const T extends string>(name: string, words: readonly T[]): Field<T | undefined> => ({
  read: ({ attributes }) => {
    const given = attributes[name]
    if (given === undefined) return undefined
    const found = words.find(word => word === given)
    if (found === undefined) throw new StanzaError('bad-request', `${name} must be one of ${words.join(', ')}`)
    return found
  },
  write: (value, { attributes }) => {
    if (value !== undefined) attributes[name] = value
  },
})

/** §7.2.14: how much history one wants; wrong numbers count as none given. */
export const History = element(MUC, 'history', {
  maxchars: maybeAttribute('maxchars'),
  maxstanzas: maybeAttribute('maxstanzas'),
  seconds: maybeAttribute('seconds'),
  since: maybeAttribute('since'),
})
export type History = Value<typeof History>

/** §7.2.2: what a client says to enter. */
export const Enter = element(MUC, 'x', { password: text(MUC, 'password'), history: optional(History), mav: optional(Mav) })
export type Enter = Value<typeof Enter>

const actorIn = (ns: string) => element(ns, 'actor', { jid: maybeAttribute('jid'), nick: maybeAttribute('nick') })
const itemIn = (ns: string) =>
  element(ns, 'item', {
    affiliation: maybeOneOf('affiliation', AFFILIATIONS),
    jid: maybeAttribute('jid'),
    nick: maybeAttribute('nick'),
    role: maybeOneOf('role', ROLES),
    actor: optional(actorIn(ns)),
    reason: text(ns, 'reason'),
  })

/** What is said of an occupant, in presence. */
export const UserItem = itemIn(MUC_USER)
export type UserItem = Value<typeof UserItem>
/** What a moderator, an admin or an owner asks for or is told. */
export const AdminItem = itemIn(MUC_ADMIN)
export type AdminItem = Value<typeof AdminItem>

const Continue = element(MUC_USER, 'continue', { thread: maybeAttribute('thread') })
/** §7.8.2: an invitation that goes through the room. */
export const Invite = element(MUC_USER, 'invite', {
  to: maybeAttribute('to'),
  from: maybeAttribute('from'),
  reason: text(MUC_USER, 'reason'),
  continue: optional(Continue),
})
export type Invite = Value<typeof Invite>
export const Decline = element(MUC_USER, 'decline', {
  to: maybeAttribute('to'),
  from: maybeAttribute('from'),
  reason: text(MUC_USER, 'reason'),
})
const destroyIn = (ns: string) =>
  element(ns, 'destroy', { jid: maybeAttribute('jid'), password: text(ns, 'password'), reason: text(ns, 'reason') })

export const UserInfo = element(MUC_USER, 'x', {
  mav: optional(Mav),
  invites: many(Invite),
  decline: optional(Decline),
  destroy: optional(destroyIn(MUC_USER)),
  item: optional(UserItem),
  password: text(MUC_USER, 'password'),
  statuses: many(element(MUC_USER, 'status', { code: attribute('code') })),
})
export type UserInfo = Value<typeof UserInfo>

/** XEP-0463: who has which affiliation, in a message. */
export const UserList = element(MUC_USER, 'x', { mav: optional(Mav), items: many(UserItem) })

/** Says nothing yet, to users or to admins. */
export const NO_ITEM: UserItem = {
  affiliation: undefined,
  jid: undefined,
  nick: undefined,
  role: undefined,
  actor: undefined,
  reason: undefined,
}
export const NO_USER_INFO: UserInfo = {
  mav: undefined,
  invites: [],
  decline: undefined,
  destroy: undefined,
  item: undefined,
  password: undefined,
  statuses: [],
}

const AdminQuery = element(MUC_ADMIN, 'query', { items: many(AdminItem) })
export type AdminQuery = Value<typeof AdminQuery>
/** §8.5, §9: lists, and changes of them. */
export const AskItemsOfRoom = get(AdminQuery, AdminQuery)
export const ChangeItems = set(AdminQuery)

const OwnerQuery = element(MUC_OWNER, 'query', { form: optional(DataForm), destroy: optional(destroyIn(MUC_OWNER)) })
export type OwnerQuery = Value<typeof OwnerQuery>
/** §10.2: the configuration form; submitted, cancelled, or the end of the room (§10.9). */
export const AskConfiguration = get(OwnerQuery, OwnerQuery)
export const Configure = set(OwnerQuery)

/** XEP-0249: an invitation from person to person. */
export const DirectInvitation = element(CONFERENCE, 'x', {
  continue: maybeAttribute('continue'),
  jid: attribute('jid'),
  password: maybeAttribute('password'),
  reason: maybeAttribute('reason'),
  thread: maybeAttribute('thread'),
})
export type DirectInvitation = Value<typeof DirectInvitation>

/** XEP-0421: who an occupant is, whatever the nickname. */
export const OccupantId = element(OCCUPANT_ID, 'occupant-id', { id: attribute('id') })

/** XEP-0317 (0.3.1): a role that a room's own people made up; `hue` is an angle of its colour. */
export const HATS = 'urn:xmpp:hats:0'
const Hat = element(HATS, 'hat', { uri: attribute('uri'), title: attribute('title'), hue: maybeAttribute('hue') })
export type Hat = Value<typeof Hat>
export const Hats = element(HATS, 'hats', { hats: many(Hat) })

/** XEP-0425 (0.3.0): a moderator takes a message back. */
export const MODERATE = 'urn:xmpp:message-moderate:1'
const Retract = element(RETRACT, 'retract')
export const Moderate = set(element(MODERATE, 'moderate', { id: attribute('id'), retract: one(Retract), reason: text(MODERATE, 'reason') }))

/** XEP-0307 (0.1): a name that no room has, nor will have by chance. */
export const UNIQUE = `${MUC}#unique`
const NoName = element(UNIQUE, 'unique')
export const AskUniqueName = get(NoName, textElement(UNIQUE, 'unique'))

export const Body = textElement('jabber:client', 'body')
export const Subject = textElement('jabber:client', 'subject')
export const Thread = textElement('jabber:client', 'thread')

/** §7.2.13, §8.6: what a moderator gets who is to give voice, and gives back. */
export const VOICE_REQUEST = 'http://jabber.org/protocol/muc#request'
export const ROOM_CONFIG = 'http://jabber.org/protocol/muc#roomconfig'
/** Ours: of which kind a new room is to be. */
export const ROOM_TEMPLATE = '{urn:plodge:rooms}template'
export const ROOM_INFO = 'http://jabber.org/protocol/muc#roominfo'
export const ROOM_REGISTER = 'http://jabber.org/protocol/muc#register'

/** What names an element that nobody reads: the empty `<x/>` of a stanza to a room (§7.5). */
export const UserMark: Codec<void> = {
  ns: MUC_USER,
  name: 'x',
  read: () => undefined,
  write: () => new Element(MUC_USER, 'x'),
}
