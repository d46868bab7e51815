/** A town with rooms in it. */
import { testRooms } from '@plodge/testkit/settings.ts'
import { type Town, town, type TownOptions } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { type AdminItem, ChangeItems, Configure } from '@plodge/xmpp/xeps/muc.ts'
import type { RoomsSettings } from '../../settings.ts'
import { rooms, type RoomsModule, type RoomsOptions } from './rooms.ts'

export const GROUP = 'group.chat.cam.ac.uk'
export const COVEN = `coven@${GROUP}`
export const MUC_X = "<x xmlns='http://jabber.org/protocol/muc'/>"

export interface RoomTown extends Town {
  /** These people are no more. */
  readonly forget: (...people: readonly string[]) => Promise<void>
  /** What was said too long ago goes. */
  readonly expire: () => Promise<void>
}

export function roomTown(settings: Partial<RoomsSettings> = {}, options: TownOptions = {}, wake?: RoomsOptions['wake']): RoomTown {
  const domain = Jid.parse(GROUP)?.account
  if (!domain) throw new Error('no domain')
  let served: RoomsModule | undefined
  const parts = town({
    ...options,
    modules: parts => {
      served = rooms({
        domain,
        settings: () => testRooms(settings),
        store: parts.store.rooms,
        archive: parts.store.archive,
        documents: parts.store.documents,
        history: { enabled: true, search: true, keepDays: () => 100 },
        isOperator: ({ local }) => local === 'nurse',
        mostBytes: () => 10_000,
        wake,
      })
      return [served, ...(options.modules?.(parts) ?? [])]
    },
  })
  return { ...parts, forget: async (...people) => served?.forget(people), expire: async () => served?.expire() }
}

export const enters = (client: TownClient, room = COVEN, payload = MUC_X): Promise<void> =>
  client.says(`<presence to='${room}/${client.jid.local}'>${payload}</presence>`)
export const leaves = (client: TownClient, room = COVEN): Promise<void> =>
  client.says(`<presence to='${room}/${client.jid.local}' type='unavailable'/>`)
export const talks = (client: TownClient, body: string, room = COVEN, id = body): Promise<void> =>
  client.says(`<message to='${room}' type='groupchat' id='${id}'><body>${body}</body></message>`)

export const roomForm = (fields: Readonly<Record<string, string | readonly string[]>>): DataForm =>
  namedForm(
    'submit',
    'http://jabber.org/protocol/muc#roomconfig',
    Object.entries(fields).map(([name, value]) => formField(`muc#roomconfig_${name}`, { values: [value].flat() })),
  )
export const configures = (client: TownClient, fields: Readonly<Record<string, string | readonly string[]>>, room = COVEN): Promise<void> =>
  client.asks(Configure, { form: roomForm(fields), destroy: undefined }, { to: room })

/** Makes a room and opens it as it is. */
export async function founds(
  client: TownClient,
  fields: Readonly<Record<string, string | readonly string[]>> = {},
  room = COVEN,
): Promise<void> {
  await enters(client, room)
  await configures(client, fields, room)
  client.takes()
}

export const administers = (client: TownClient, item: Partial<AdminItem>, room = COVEN): Promise<void> =>
  client.asks(
    ChangeItems,
    { items: [{ affiliation: undefined, jid: undefined, nick: undefined, role: undefined, actor: undefined, reason: undefined, ...item }] },
    { to: room },
  )
