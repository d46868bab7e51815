/** XEP-0133 §4.23–4.28: announcements, the message of the day, the welcome. */
import { lines } from '../../routing/command-fields.ts'
import { type Command, command, refusal } from '../../routing/commands.ts'
import { ADMIN, type AdministrationNeeds } from './needs.ts'

export const noticeCommands = ({ notices, live }: AdministrationNeeds): readonly Command[] => [
  command({
    node: `${ADMIN}#announce`,
    formType: ADMIN,
    title: 'Announce something to those who are online',
    who: ['operator'],
    fields: { announcement: lines('Announcement', { required: true }) },
    async run({ announcement }) {
      if (!live) return refusal('The server does not run: there is nobody to hear it')
      return { note: `Announced to ${await notices.announce(announcement)} devices` }
    },
  }),
  command({
    node: `${ADMIN}#set-motd`,
    formType: ADMIN,
    title: 'Set the message of the day',
    instructions: 'Those who are online get it at once, everybody else once they log in, until it is deleted.',
    who: ['operator'],
    fields: { motd: lines('Message of the Day', { required: true }) },
    async run({ motd }) {
      await notices.setMotd(motd, true)
      return { note: 'The message of the day is set' }
    },
  }),
  command({
    node: `${ADMIN}#edit-motd`,
    formType: ADMIN,
    title: 'Edit the message of the day',
    instructions: 'Those who had it already do not get it again.',
    who: ['operator'],
    fields: { motd: lines('Message of the Day', { required: true }) },
    prepare: () => ({ motd: { values: notices.motd?.split('\n') ?? [] } }),
    async run({ motd }) {
      await notices.setMotd(motd, false)
      return { note: 'The message of the day is another one now' }
    },
  }),
  command({
    node: `${ADMIN}#delete-motd`,
    formType: ADMIN,
    title: 'Delete the message of the day',
    who: ['operator'],
    async run() {
      await notices.deleteMotd()
      return { note: 'There is no message of the day any more' }
    },
  }),
  command({
    node: `${ADMIN}#set-welcome`,
    formType: ADMIN,
    title: 'Set the welcome message',
    instructions: 'Everybody gets it with their first log-in.',
    who: ['operator'],
    fields: { welcome: lines('Welcome Message', { required: true }) },
    prepare: () => ({ welcome: { values: notices.welcome?.split('\n') ?? [] } }),
    async run({ welcome }) {
      await notices.setWelcome(welcome)
      return { note: 'The welcome message is set' }
    },
  }),
  command({
    node: `${ADMIN}#delete-welcome`,
    formType: ADMIN,
    title: 'Delete the welcome message',
    who: ['operator'],
    async run() {
      await notices.setWelcome(undefined)
      return { note: 'There is no welcome message any more' }
    },
  }),
  command({
    node: 'show-notices',
    title: 'Show the message of the day and the welcome message',
    who: ['operator'],
    run: () => ({
      fields: [
        { name: 'motd', label: 'Message of the day', type: 'text-multi', values: notices.motd?.split('\n') ?? [] },
        { name: 'welcome', label: 'Welcome message', type: 'text-multi', values: notices.welcome?.split('\n') ?? [] },
      ],
    }),
  }),
]
