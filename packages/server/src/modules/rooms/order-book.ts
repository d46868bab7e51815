/** Which commands rooms have (XEP-0050): hats (XEP-0317), and what else of owning a room has no form in XEP-0045. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { affiliate } from '../../rooms/administration.ts'
import { configurationForm, configure } from '../../rooms/configuration.ts'
import { destroyHat, giveHat, makeHat, takeHat } from '../../rooms/hats.ts'
import type { Room } from '../../rooms/room.ts'
import { settingsOf, TEMPLATES } from '../../rooms/templates.ts'
import { address, choice, line } from '../../routing/command-fields.ts'
import { command } from '../../routing/commands.ts'
import type { Order } from './orders.ts'

const HAT_COMMANDS = 'urn:xmpp:hats:commands'
const common = { who: ['person'], formType: HAT_COMMANDS } as const
const offered = ({ settings }: Room) => settings.hats.map(({ uri, title }) => ({ label: title, value: uri }))
const whichHat = choice('The hat', [], { required: true })
const whoWears = address('Whose', { required: true })

const hatOrder = (name: string, title: string, of: (node: string, ...rest: Parameters<Order['of']>) => ReturnType<Order['of']>): Order => {
  const node = `${HAT_COMMANDS}:${name}`
  return { node, title, isForAdmins: true, of: (room, say) => of(node, room, say) }
}

/** XEP-0317 §4–§7. */
const HATS: readonly Order[] = [
  hatOrder('create', 'Make a hat, or change one', (node, room, say) =>
    command({
      ...common,
      node,
      title: 'Make a hat, or change one',
      fields: {
        'hats#title': line('Title', { required: true }),
        'hats#uri': line('URI', { required: true }),
        'hats#hue': line('Colour, as an angle'),
      },
      run: values => {
        say(makeHat(room, { title: values['hats#title'], uri: values['hats#uri'], hue: values['hats#hue'] || undefined }))
        return {}
      },
    }),
  ),
  hatOrder('destroy', 'Do away with a hat', (node, room, say) =>
    command({
      ...common,
      node,
      title: 'Do away with a hat',
      fields: { 'hats#uri': whichHat },
      prepare: () => ({ 'hats#uri': { options: offered(room) } }),
      run: values => {
        say(destroyHat(room, values['hats#uri'] ?? ''))
        return {}
      },
    }),
  ),
  ...(['assign', 'unassign'] as const).map(name =>
    hatOrder(name, name === 'assign' ? 'Give somebody a hat' : 'Take a hat from somebody', (node, room, say) =>
      command({
        ...common,
        node,
        title: name === 'assign' ? 'Give somebody a hat' : 'Take a hat from somebody',
        fields: { 'hats#jid': whoWears, 'hats#uri': whichHat },
        prepare: () => ({ 'hats#uri': { options: offered(room) } }),
        run: values => {
          const { bare } = person(values['hats#jid'])
          say((name === 'assign' ? giveHat : takeHat)(room, bare, values['hats#uri'] ?? ''))
          return {}
        },
      }),
    ),
  ),
  hatOrder('list', 'List hats', (node, room) =>
    command({
      ...common,
      node,
      title: 'List hats',
      run: () => ({
        table: {
          columns: ['hats#title', 'hats#uri', 'hats#hue'].map(name => ({ name, label: name })),
          rows: room.settings.hats.map(({ title, uri, hue = '' }) => [title, uri, hue]),
        },
      }),
    }),
  ),
  hatOrder('list-assigned', 'List who wears which hat', (node, room) =>
    command({
      ...common,
      node,
      title: 'List who wears which hat',
      run: () => ({
        table: {
          columns: ['hats#jid', 'hats#uri', 'hats#title', 'hats#hue'].map(name => ({ name, label: name })),
          rows: room.settings.wearers.flatMap(([who]) => room.hatsOf(who).map(({ uri, title, hue = '' }) => [who, uri, title, hue])),
        },
      }),
    }),
  ),
]

const ours = { who: ['person'] } as const

/** What templates and a change of owners are in a client. */
const OWNING: readonly Order[] = [
  {
    node: 'urn:plodge:rooms:kind',
    title: 'Make it another kind of room',
    isForAdmins: false,
    of: (room, say) =>
      command({
        ...ours,
        node: 'urn:plodge:rooms:kind',
        title: 'Make it another kind of room',
        fields: {
          kind: choice(
            'What kind of room?',
            TEMPLATES.map(({ name, meaning }) => ({ label: meaning, value: name })),
            { required: true },
          ),
        },
        run: ({ kind }) => {
          const template = settingsOf(kind ?? '')
          if (!template) throw new StanzaError('not-acceptable', 'There is no such kind of room')
          const { name, description, language, hats, wearers, avatar, slowSeconds } = room.settings
          const before = room.settings
          room.settings = { ...template, name, description, language, hats, wearers, avatar, slowSeconds }
          const form = configurationForm(room)
          room.settings = before
          // By the same way as an owner's own form, so that whoever is to leave leaves, and everybody hears of it.
          say(configure(room, { ...form, kind: 'submit' }, before.mostOccupants))
          return { note: 'Done' }
        },
      }),
  },
  {
    node: 'urn:plodge:rooms:transfer',
    title: 'Hand it to somebody else',
    isForAdmins: false,
    of: (room, say) =>
      command({
        ...ours,
        node: 'urn:plodge:rooms:transfer',
        title: 'Hand it to somebody else',
        instructions: 'They become its only owner; those who own it now become admins.',
        fields: { owner: address('To whom', { required: true }) },
        run: ({ owner }) => {
          const { bare } = person(owner)
          say(affiliate(room, bare, 'owner'))
          for (const [one, affiliation] of room.affiliations)
            if (affiliation === 'owner' && one !== bare) say(affiliate(room, one, 'admin'))
          return { note: `${bare} owns the room` }
        },
      }),
  },
]

export const ORDERS: readonly Order[] = [...HATS, ...OWNING]

function person(jid: Jid | undefined): Jid {
  if (!jid || jid.local === '') throw new StanzaError('not-acceptable', 'A person has an address such as fanf2@chat.cam.ac.uk')
  return jid
}
