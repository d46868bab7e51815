/** What rooms, and the service that holds them, say to service discovery (XEP-0045 §6, §7.12; XEP-0059 for long lists). */
import { createHash, randomUUID } from 'node:crypto'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { MARKERS } from '@plodge/xmpp/xeps/chat-markers.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { CHANNEL_SEARCH } from '@plodge/xmpp/xeps/channel-search.ts'
import { COMMANDS } from '@plodge/xmpp/xeps/commands.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItemPage, DATA_POLICY, DISCO_INFO, DISCO_ITEMS, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { AskUniqueName, type Hat, HATS, MUC, OCCUPANT_ID, ROOM_INFO, Subject, UNIQUE } from '@plodge/xmpp/xeps/muc.ts'
import { MAV } from '@plodge/xmpp/xeps/muc-affiliations.ts'
import { PING } from '@plodge/xmpp/xeps/ping.ts'
import { type ResultSet, RSM, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import type { Room } from '../../rooms/room.ts'
import { andThen } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import type { RoomsSettings } from '../../settings.ts'
import type { Rooms } from '../../storage/repositories.ts'
import type { Directory } from './directory.ts'
import { known } from './offices.ts'
import { type Order, orderInfo, ordersFor } from './orders.ts'
import { pastFeatures } from './past.ts'

export const IDENTITY = { category: 'conference', type: 'text', name: 'Rooms' } as const
/** §7.4, XEP-0410 §4. */
const STABLE_ID = `${MUC}#stable_id`
const SELF_PING = `${MUC}#self-ping-optimization`
export const FEATURES: readonly string[] = [MUC, STABLE_ID, SELF_PING, RSM, VCARD]
/** Of the service alone. */
const SERVICE_FEATURES: readonly string[] = [...FEATURES, UNIQUE, CHANNEL_SEARCH]
/** XEP-0502 §3. */
const MESSAGE_ACTIVITY = '{urn:xmpp:muc-activity}message-activity'
const NICKNAME_NODE = 'x-roomuser-item'

export interface UniqueNeeds {
  readonly settings: () => Pick<RoomsSettings, 'names' | 'mayCreate'>
  readonly isOperator: (person: Jid) => boolean
}

export interface InfoNeeds {
  readonly directory: Directory
  readonly store: Pick<Rooms, 'list'>
  readonly history: { readonly enabled: boolean; readonly search: boolean }
  readonly clock: () => number
  readonly orders: readonly Order[]
  /** For how many days what is said in a room is kept; undefined for ever. */
  readonly kept: (room: Room) => number | undefined
}

/** XEP-0307: for whoever may make a room, where the institution's rule for names lets such a name be. */
export function answerUnique(service: Service, { settings, isOperator }: UniqueNeeds): void {
  service.answer(AskUniqueName, (_, { to, from }) => {
    const { names, mayCreate } = settings()
    if (to.local !== '') throw new StanzaError('service-unavailable', 'Names are given by the service, not by a room')
    if (mayCreate === 'operators' && !isOperator(from)) throw new StanzaError('forbidden', 'You cannot make rooms here')
    const name = randomUUID()
    if (!names.test(name)) throw new StanzaError('not-acceptable', 'Rooms need names here that people choose')
    return name
  })
}

export function answerInfo(service: Service, { directory, store, history, clock, orders, kept }: InfoNeeds): void {
  service.answer(AskInfo, ({ node }, { to, from }) => {
    if (to.local === '') return serviceInfo(node)
    return andThen(known(directory, to), ({ room }) => {
      if (node === undefined) {
        const [past, more] = history.enabled ? [pastFeatures(history.search), [retention(room, kept(room))]] : [[], []]
        return roomInfo(room, past, [roomForm(room, clock()), ...more])
      }
      const order = orderInfo(node, orders)
      if (order) return order
      // §7.12, §13.1: whose nickname is not free has a reserved one.
      if (node !== NICKNAME_NODE) throw new StanzaError('item-not-found', 'There is no such node here')
      const nick = room.rules.isFree ? room.nicks.get(from.bare) : room.rules.nickname(from, '')
      return { node, identities: nick === undefined ? [] : [{ ...IDENTITY, name: nick, lang: undefined }], features: [], forms: [] }
    })
  })
  service.answer(AskItemPage, ({ node, page }, { to, from }) => {
    if (node === COMMANDS && to.local !== '')
      return andThen(known(directory, to), ({ room }) => ({ node, items: ordersFor(room, from, orders), page: undefined }))
    if (node !== undefined) throw new StanzaError('item-not-found', 'There is no such node here')
    if (to.local === '') return roomPage(store, from, to.domain, page)
    return andThen(known(directory, to), ({ room }) => {
      // §6.5: who is inside is for those who are inside.
      const occupants = room.occupantOf(from) ? [...room.occupants.values()] : []
      return { node, items: occupants.map(({ at }) => ({ jid: at.full, node: undefined, name: undefined })), page: undefined }
    })
  })
}

const LONGEST_PAGE = 200

/** §6.3: hidden rooms are known to their own people. A page is described where it is not all, or was asked for. */
async function roomPage(
  store: Pick<Rooms, 'list'>,
  { bare }: Jid,
  domain: string,
  page: ResultSet | undefined,
): Promise<Value<(typeof AskItemPage)['response'] & object>> {
  const name = (text: string | undefined): string | undefined =>
    text === undefined || text === '' ? undefined : (Jid.parse(text)?.local ?? text)
  const max = Math.min(page?.max ?? LONGEST_PAGE, LONGEST_PAGE)
  const { rooms, count, index } = await store.list({
    person: bare,
    after: name(page?.after),
    before: name(page?.before),
    isLast: page?.before === '',
    skip: page?.index,
    max,
  })
  const addresses = rooms.map(room => `${room.name}@${domain}`)
  const first = addresses[0]
  const isAll = !page && rooms.length === count
  return {
    node: undefined,
    items: rooms.map((room, at) => ({ jid: addresses[at] ?? '', node: undefined, name: room.title || undefined })),
    page: isAll
      ? undefined
      : { ...WHOLE_SET, first: first === undefined ? undefined : { index: `${index}`, id: first }, last: addresses.at(-1), count },
  }
}

function serviceInfo(node: string | undefined): DiscoInfo {
  if (node !== undefined) throw new StanzaError('item-not-found', 'There is no such node here')
  return {
    node,
    identities: [{ ...IDENTITY, lang: undefined }],
    features: [DISCO_INFO, DISCO_ITEMS, PING, ...SERVICE_FEATURES].sort(),
    forms: [],
  }
}

function roomInfo(room: Room, past: readonly string[], forms: readonly DataForm[]): DiscoInfo {
  const { settings } = room
  return {
    node: undefined,
    identities: [{ ...IDENTITY, name: settings.name || room.address.local, lang: undefined }],
    features: [
      DISCO_INFO,
      DISCO_ITEMS,
      ...FEATURES,
      ...past,
      OCCUPANT_ID,
      HATS,
      MAV,
      COMMANDS,
      ...(settings.keepsMarks ? [MARKERS] : []),
      settings.password === undefined ? 'muc_unsecured' : 'muc_passwordprotected',
      settings.isPublic ? 'muc_public' : 'muc_hidden',
      settings.isPersistent ? 'muc_persistent' : 'muc_temporary',
      settings.isMembersOnly ? 'muc_membersonly' : 'muc_open',
      settings.isModerated ? 'muc_moderated' : 'muc_unmoderated',
      settings.whois === 'anyone' ? 'muc_nonanonymous' : 'muc_semianonymous',
    ].sort(),
    forms,
  }
}

/** XEP-0504, of one room: for how many hours what is said in it is kept. */
const retention = ({ settings }: Room, days: number | undefined): DataForm =>
  namedForm('result', DATA_POLICY, [
    formField('data_retention', {
      type: 'text-single',
      values: [settings.isArchived ? (days === undefined || days === Infinity ? 'infinite' : `${Math.ceil(days * 24)}`) : '0'],
    }),
  ])

/** XEP-0317 §3: another for another list. */
const hashOf = (hats: readonly Hat[]): string => createHash('sha256').update(JSON.stringify(hats)).digest('hex').slice(0, 40)

/** §15.5.4. */
function roomForm({ settings, occupants, subject, rules, affiliations, pace }: Room, now: number): DataForm {
  const owners = [...affiliations].filter(([, affiliation]) => affiliation === 'owner').map(([person]) => person)
  const field = (name: string, label: string, ...values: readonly string[]) => formField(name, { label, values })
  const isForAll = settings.isPersistent && settings.isPublic && !settings.isMembersOnly && settings.password === undefined
  const perHour = isForAll ? pace.perHour(now) : undefined
  return namedForm('result', ROOM_INFO, [
    field('muc#roominfo_description', 'Description', settings.description),
    field('muc#roominfo_contactjid', 'Owners', ...(settings.whois === 'anyone' ? owners : [])),
    field('muc#roominfo_subject', 'Subject', subject?.message.get(Subject) ?? ''),
    field('muc#roomconfig_changesubject', 'Subject can be changed', settings.mayChangeSubject ? '1' : '0'),
    field('muc#roominfo_occupants', 'People inside', `${occupants.size}`),
    field('muc#roominfo_lang', 'Language', settings.language),
    field('muc#maxhistoryfetch', 'Messages that newcomers are sent', `${Math.min(rules.history, settings.mostHistory)}`),
    formField('muc#roominfo_slow_mode_duration', { type: 'text-single', values: [`${settings.slowSeconds}`] }),
    ...(perHour === undefined ? [] : [field(MESSAGE_ACTIVITY, 'Messages per hour', perHour.toFixed(2))]),
    ...(settings.pubsub === '' ? [] : [field('muc#roomconfig_pubsub', 'Associated pubsub node', settings.pubsub)]),
    ...(settings.hats.length === 0
      ? []
      : [formField('hats#hash', { type: 'text-single', label: 'Hats hash', values: [hashOf(settings.hats)] })]),
    ...(settings.avatar === '' ? [] : [field('muc#roominfo_avatarhash', 'Avatar hash', settings.avatar)]),
  ])
}
