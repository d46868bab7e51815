/** XEP-0133 §4.1–4.7: accounts are made, removed, locked, and get other passwords. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { address, addresses, line, secret } from '../../routing/command-fields.ts'
import { type Command, command, refusal } from '../../routing/commands.ts'
import { ADMIN, type AdministrationNeeds, bareAddresses, forEach, localpartsOf } from './needs.ts'

export const peopleCommands = (needs: AdministrationNeeds): readonly Command[] => [
  addUser(needs),
  command({
    node: `${ADMIN}#delete-user`,
    formType: ADMIN,
    title: 'Delete users, with all that is theirs',
    instructions: 'Messages, contacts and files go for good. To keep somebody out for a while, disable them instead.',
    who: ['operator'],
    fields: { accountjids: addresses('The Jabber ID(s) to delete', { required: true }) },
    about: ({ accountjids }) => bareAddresses(accountjids),
    run: async ({ accountjids }) =>
      forEach(
        await localpartsOf(needs, accountjids),
        names => `Deleted: ${names}`,
        name => needs.accounts.remove(name),
      ),
  }),
  command({
    node: `${ADMIN}#disable-user`,
    formType: ADMIN,
    title: 'Disable users',
    instructions: 'Their sessions end, and they cannot log in. Nothing of theirs is lost.',
    who: ['operator'],
    fields: { accountjids: addresses('The Jabber ID(s) to disable', { required: true }) },
    about: ({ accountjids }) => bareAddresses(accountjids),
    run: async ({ accountjids }) =>
      forEach(
        await localpartsOf(needs, accountjids),
        names => `Disabled: ${names}`,
        name => needs.accounts.lock(name),
      ),
  }),
  command({
    node: `${ADMIN}#reenable-user`,
    formType: ADMIN,
    title: 'Re-enable users',
    who: ['helpdesk'],
    fields: { accountjids: addresses('The Jabber ID(s) to re-enable', { required: true }) },
    about: ({ accountjids }) => bareAddresses(accountjids),
    run: async ({ accountjids }) =>
      forEach(
        await localpartsOf(needs, accountjids),
        names => `Enabled again: ${names}`,
        name => needs.accounts.unlock(name),
      ),
  }),
  changePassword(needs),
]

const addUser = ({ accounts, domain }: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#add-user`,
    formType: ADMIN,
    title: 'Add a user',
    who: ['operator'],
    fields: {
      accountjid: address('The Jabber ID for the account to be added', { required: true }),
      password: secret('The password for this account', { required: true }),
      'password-verify': secret('Retype password', { required: true }),
      given_name: line('Given name'),
      surname: line('Family name'),
    },
    about: ({ accountjid }) => (accountjid ? [accountjid.bare] : []),
    async run({ accountjid, password, 'password-verify': again, given_name: given, surname }) {
      if (accountjid?.domain !== domain.domain || accountjid.local === '') return refusal(`An address here ends with @${domain.domain}`)
      if (password !== again) return refusal('The two passwords are not the same: nothing was done')
      if (await accounts.find(accountjid.local)) throw new StanzaError('conflict', `${accountjid.local} exists already`)
      const name = [given, surname].filter(part => part !== '').join(' ')
      const change = await accounts.add({ localpart: accountjid.local, password, ...(name !== '' && { name }) })
      return change.kind === 'done' ? { note: `Added ${accountjid.bare}` } : refusal(change.why)
    },
  })

const changePassword = (needs: AdministrationNeeds): Command =>
  command({
    node: `${ADMIN}#change-user-password`,
    formType: ADMIN,
    title: 'Change a user’s password',
    instructions: 'People of the password feed have their password where the feed is made: it cannot be changed here.',
    who: ['operator'],
    fields: {
      accountjid: address('The Jabber ID for this account', { required: true }),
      password: secret('The password for this account', { required: true }),
    },
    about: ({ accountjid }) => (accountjid ? [accountjid.bare] : []),
    run: async ({ accountjid, password }) =>
      forEach(
        await localpartsOf(needs, accountjid ? [accountjid] : []),
        names => `${names} has another password now`,
        name => needs.accounts.setPassword(name, password),
      ),
  })
