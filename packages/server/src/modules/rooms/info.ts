/** What rooms, and the service that holds them, say to service discovery (XEP-0045 §6, §7.12; XEP-0059 for long lists). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItemPage, DATA_POLICY, DISCO_INFO, DISCO_ITEMS, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { MUC, OCCUPANT_ID, ROOM_INFO, Subject } from '@plodge/xmpp/xeps/muc.ts'
import { PING } from '@plodge/xmpp/xeps/ping.ts'
import { type ResultSet, RSM, WHOLE_SET } from '@plodge/xmpp/xeps/rsm.ts'
import { VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import type { Room } from '../../rooms/room.ts'
import { andThen } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import type { Rooms } from '../../storage/repositories.ts'
import type { Directory } from './directory.ts'
import { known } from './offices.ts'
import { pastFeatures } from './past.ts'

export const IDENTITY = { category: 'conference', type: 'text', name: 'Rooms' } as const
/** §7.4, XEP-0410 §4. */
const STABLE_ID = `${MUC}#stable_id`
const SELF_PING = `${MUC}#self-ping-optimization`
export const FEATURES: readonly string[] = [MUC, STABLE_ID, SELF_PING, RSM, VCARD]
const NICKNAME_NODE = 'x-roomuser-item'

export interface InfoNeeds {
  readonly directory: Directory
  readonly store: Pick<Rooms, 'list'>
  readonly history: { readonly enabled: boolean; readonly search: boolean }
  /** For how many days what is said in a room is kept; undefined for ever. */
  readonly kept: (room: Room) => number | undefined
}

export function answerInfo(service: Service, { directory, store, history, kept }: InfoNeeds): void {
  service.answer(AskInfo, ({ node }, { to, from }) => {
    if (to.local === '') return serviceInfo(node)
    return andThen(known(directory, to), ({ room }) => {
      if (node === undefined)
        return history.enabled ? roomInfo(room, pastFeatures(history.search), [retention(room, kept(room))]) : roomInfo(room, [], [])
      // §7.12, §13.1: whose nickname is not free has a reserved one.
      if (node !== NICKNAME_NODE) throw new StanzaError('item-not-found', 'There is no such node here')
      const nick = room.rules.isFree ? room.nicks.get(from.bare) : room.rules.nickname(from, '')
      return { node, identities: nick === undefined ? [] : [{ ...IDENTITY, name: nick, lang: undefined }], features: [], forms: [] }
    })
  })
  service.answer(AskItemPage, ({ node, page }, { to, from }) => {
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
    features: [DISCO_INFO, DISCO_ITEMS, PING, ...FEATURES].sort(),
    forms: [],
  }
}

function roomInfo(room: Room, past: readonly string[], more: readonly DataForm[]): DiscoInfo {
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
      settings.password === undefined ? 'muc_unsecured' : 'muc_passwordprotected',
      settings.isPublic ? 'muc_public' : 'muc_hidden',
      settings.isPersistent ? 'muc_persistent' : 'muc_temporary',
      settings.isMembersOnly ? 'muc_membersonly' : 'muc_open',
      settings.isModerated ? 'muc_moderated' : 'muc_unmoderated',
      settings.whois === 'anyone' ? 'muc_nonanonymous' : 'muc_semianonymous',
    ].sort(),
    forms: [roomForm(room), ...more],
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

/** §15.5.4. */
function roomForm({ settings, occupants, subject, rules, affiliations }: Room): DataForm {
  const owners = [...affiliations].filter(([, affiliation]) => affiliation === 'owner').map(([person]) => person)
  const field = (name: string, label: string, ...values: readonly string[]) => formField(name, { label, values })
  return namedForm('result', ROOM_INFO, [
    field('muc#roominfo_description', 'Description', settings.description),
    field('muc#roominfo_contactjid', 'Owners', ...(settings.whois === 'anyone' ? owners : [])),
    field('muc#roominfo_subject', 'Subject', subject?.message.get(Subject) ?? ''),
    field('muc#roomconfig_changesubject', 'Subject can be changed', settings.mayChangeSubject ? '1' : '0'),
    field('muc#roominfo_occupants', 'People inside', `${occupants.size}`),
    field('muc#roominfo_lang', 'Language', settings.language),
    field('muc#maxhistoryfetch', 'Messages that newcomers are sent', `${Math.min(rules.history, settings.mostHistory)}`),
    ...(settings.pubsub === '' ? [] : [field('muc#roomconfig_pubsub', 'Associated pubsub node', settings.pubsub)]),
    ...(settings.avatar === '' ? [] : [field('muc#roominfo_avatarhash', 'Avatar hash', settings.avatar)]),
  ])
}
