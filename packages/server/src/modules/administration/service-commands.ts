/** XEP-0133 §4.11, §4.12 and §4.29–4.31: roles, a restart, the end; and what of it this server does not do. */
import { ROLES } from '../../accounts/roles.ts'
import { addresses, choice, lines } from '../../routing/command-fields.ts'
import { type Command, command, refusal } from '../../routing/commands.ts'
import { ADMIN, type AdministrationNeeds, type StopWish, bareAddresses, localpartsOf } from './needs.ts'

export const serviceCommands = (needs: AdministrationNeeds): readonly Command[] => [
  editRole(needs, 'operator', { node: `${ADMIN}#edit-admin`, title: 'Say who is an operator', label: 'The admin list' }),
  editRole(needs, 'helpdesk', { node: 'edit-helpdesk', title: 'Say who is helpdesk', label: 'Helpdesk' }),
  command({
    node: 'list-roles',
    title: 'List operators and helpdesk',
    who: ['operator'],
    run: () => ({
      table: {
        columns: [
          { name: 'address', label: 'Address' },
          { name: 'role', label: 'Role' },
          { name: 'by', label: 'Named by' },
        ],
        rows: ROLES.flatMap(role => needs.roles.holders(role)).map(({ localpart, role, isConfigured }) => [
          `${localpart}@${needs.domain.domain}`,
          role,
          isConfigured ? 'the configuration' : 'command',
        ]),
      },
    }),
  }),
  stop(needs, 'restart', 'Restart the server'),
  stop(needs, 'shutdown', 'Shut the server down'),
  refused('edit-blacklist', 'Edit the blacklist', 'only people of this domain can reach it. To keep one of them out, disable them'),
  refused('edit-whitelist', 'Edit the whitelist', 'it talks to no other server yet, so that there is nobody to choose from'),
]

const editRole = (
  needs: AdministrationNeeds,
  role: 'operator' | 'helpdesk',
  { node, title, label }: { readonly node: string; readonly title: string; readonly label: string },
): Command =>
  command({
    node,
    formType: ADMIN,
    title,
    instructions: 'Whom the configuration names stays, whatever is said here.',
    who: ['operator'],
    fields: { adminjids: addresses(label) },
    prepare: () => ({ adminjids: { values: needs.roles.holders(role).map(({ localpart }) => `${localpart}@${needs.domain.domain}`) } }),
    about: ({ adminjids }) => bareAddresses(adminjids),
    async run({ adminjids }) {
      const stay = await needs.roles.set(role, await localpartsOf(needs, adminjids))
      return stay.length === 0
        ? { note: `Done: ${role} ${needs.roles.holders(role).length}` }
        : { note: `The configuration names these, so they stay: ${stay.join(', ')}`, severity: 'warn' }
    },
  })

/** §4.30. */
const DELAYS = [
  { label: 'At once', value: '0' },
  { label: '30 seconds', value: '30' },
  { label: '60 seconds', value: '60' },
  { label: '90 seconds', value: '90' },
  { label: '2 minutes', value: '120' },
  { label: '3 minutes', value: '180' },
  { label: '4 minutes', value: '240' },
  { label: '5 minutes', value: '300' },
]

const stop = ({ notices, live }: AdministrationNeeds, wish: StopWish, title: string): Command =>
  command({
    node: `${ADMIN}#${wish}`,
    formType: ADMIN,
    title,
    who: ['operator'],
    fields: {
      delay: choice(`Time delay before ${wish === 'restart' ? 'restarting' : 'shutting down'}`, DELAYS, { value: '60' }),
      announcement: lines('Announcement', { description: 'What those who are online are told; nothing when it is empty.' }),
    },
    async run({ delay = '0', announcement }) {
      if (!live) return refusal('The server does not run')
      // A moment at least, so that whoever asked hears that it will happen.
      if (!live.stop(wish, Math.max(1, Number(delay)) * 1000)) return refusal('The server is about to stop already')
      if (announcement !== '') await notices.announce(announcement)
      return {
        note: `The server will ${wish === 'restart' ? 'restart' : 'shut down'} ${delay === '0' ? 'at once' : `in ${delay} seconds`}`,
      }
    },
  })

const refused = (name: string, title: string, why: string): Command =>
  command({
    node: `${ADMIN}#${name}`,
    formType: ADMIN,
    title,
    who: ['operator'],
    run: () => refusal(`This server has no such list: ${why}.`),
  })
