/** XEP-0133 §4.5 and §4.8–4.10: what is known of one person, and the end of their sessions. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { RosterQuery } from '@plodge/xmpp/xeps/roster.ts'
import { address, addresses } from '../../routing/command-fields.ts'
import { type Command, type Result, command, refusal } from '../../routing/commands.ts'
import type { Session } from '../../routing/session.ts'
import type { RosterRow } from '../../storage/repositories.ts'
import { ADMIN, type AdministrationNeeds, bareAddresses, isoTime, localpartsOf } from './needs.ts'

const NOT_RUNNING = 'The server does not run: nobody is connected'

export const lookupCommands = (needs: AdministrationNeeds): readonly Command[] => [
  endSessions(needs),
  roster(needs),
  command({
    node: `${ADMIN}#get-user-lastlogin`,
    formType: ADMIN,
    title: 'See when users last logged in',
    who: ['helpdesk'],
    fields: { accountjids: addresses('The Jabber ID(s) for which to retrieve the last login time', { required: true }) },
    about: ({ accountjids }) => bareAddresses(accountjids),
    async run({ accountjids }) {
      const times: string[] = []
      for (const name of await localpartsOf(needs, accountjids)) {
        const time = await needs.presences.lastLogin(name)
        times.push(time === undefined ? 'never' : isoTime(time))
      }
      return {
        fields: [
          { name: 'accountjids', label: 'Jabber ID', type: 'jid-multi', values: bareAddresses(accountjids) },
          { name: 'lastlogin', label: 'Last login', values: times },
        ],
      }
    },
  }),
  statistics(needs),
]

const endSessions = (needs: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#end-user-session`,
    formType: ADMIN,
    title: 'End sessions of users',
    instructions: 'An address with a device, name@domain/device, ends that session alone. They may log in again.',
    who: ['helpdesk'],
    fields: { accountjids: addresses('The Jabber ID(s) for which to end sessions', { required: true }) },
    about: ({ accountjids }) => accountjids.map(({ full }) => full),
    async run({ accountjids }) {
      await localpartsOf(needs, accountjids)
      const { live } = needs
      if (!live) return refusal(NOT_RUNNING)
      const meant = new Set<Session>(accountjids.flatMap(jid => sessionsAt(live.sessions.of(jid), jid)))
      for (const session of meant) session.end('policy-violation', 'An administrator ended this session')
      return meant.size > 0 ? { note: `Ended: ${meant.size} of their sessions` } : { note: 'There was no such session', severity: 'warn' }
    },
  })

const sessionsAt = (sessions: readonly Session[], { resource }: Jid): readonly Session[] =>
  resource === '' ? sessions : sessions.filter(({ jid }) => jid.resource === resource)

const roster = (needs: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#get-user-roster`,
    formType: ADMIN,
    title: 'Read a user’s contact list',
    who: ['operator'],
    fields: { accountjids: addresses('The Jabber ID(s) for which to retrieve the roster', { required: true }) },
    about: ({ accountjids }) => bareAddresses(accountjids),
    async run({ accountjids }): Promise<Result> {
      const names = await localpartsOf(needs, accountjids)
      const lists = await Promise.all(names.map(name => contactsOf(needs, name)))
      return {
        fields: [{ name: 'accountjids', label: 'Jabber ID', type: 'jid-multi', values: bareAddresses(accountjids) }],
        elements: lists.map(rows => RosterQuery.write({ ver: undefined, items: rows.map(itemOf) })),
        table: {
          columns: ['Account', 'Contact', 'Name', 'Subscription'].map(label => ({ name: label.toLowerCase(), label })),
          rows: lists.flatMap((rows, at) => rows.map(row => [names[at] ?? '', row.contact, row.name ?? '', row.subscription])),
        },
      }
    },
  })

async function contactsOf({ rosters }: AdministrationNeeds, localpart: string): Promise<readonly RosterRow[]> {
  return [...(await rosters.of(localpart)).rows()].filter(({ listed }) => listed)
}

const itemOf = ({ contact, name, subscription, groups }: RosterRow) => ({
  jid: contact,
  name,
  subscription,
  ask: undefined,
  approved: undefined,
  groups,
})

const statistics = (needs: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#user-stats`,
    formType: ADMIN,
    title: 'See a user’s statistics',
    who: ['helpdesk'],
    fields: { accountjid: address('The Jabber ID for statistics', { required: true }) },
    about: ({ accountjid }) => (accountjid ? [accountjid.bare] : []),
    async run({ accountjid }) {
      const [name = ''] = await localpartsOf(needs, accountjid ? [accountjid] : [])
      const account = await needs.accounts.find(name)
      const sessions = accountjid ? (needs.live?.sessions.of(accountjid) ?? []) : []
      const last = await needs.presences.lastLogin(name)
      return {
        fields: [
          { name: 'ipaddresses', label: 'Addresses', type: 'text-multi', values: [...new Set(sessions.map(session => session.address))] },
          { name: 'rostersize', label: 'Contacts', values: [String((await contactsOf(needs, name)).length)] },
          {
            name: 'onlineresources',
            label: 'Devices that are connected',
            type: 'text-multi',
            values: sessions.map(({ jid }) => jid.resource),
          },
          { name: 'lastlogin', label: 'Last login', values: [last === undefined ? 'never' : isoTime(last)] },
          { name: 'created', label: 'Account made', values: [isoTime(account?.createdAt ?? 0)] },
          { name: 'disabled', label: 'Disabled', values: [account?.lockedAt === undefined ? 'no' : `since ${isoTime(account.lockedAt)}`] },
          { name: 'source', label: 'Password from', values: [account?.source === 'feed' ? 'the password feed' : 'this server'] },
        ],
      }
    },
  })
