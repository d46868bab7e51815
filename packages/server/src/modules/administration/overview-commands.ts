/** What an operator looks at: figures, sessions, the audit record. None of it is in XEP-0133. */
import { line } from '../../routing/command-fields.ts'
import { type Command, command } from '../../routing/commands.ts'
import { type AdministrationNeeds, isoTime } from './needs.ts'

const DAYS = 14
const DAY_MS = 86_400_000
const MOST = 500

export const overviewCommands = (needs: AdministrationNeeds): readonly Command[] => [statistics(needs), sessions(needs), audit(needs)]

const statistics = ({ accounts, presences, live }: AdministrationNeeds): Command =>
  command({
    node: 'statistics',
    title: 'Show statistics: distinct users a day and a week',
    who: ['helpdesk'],
    async run() {
      const counts = await presences.counts(DAYS)
      const today = counts.at(-1)
      const figure = (name: string, label: string, value: number | string) => ({ name, label, values: [String(value)] })
      return {
        fields: [
          figure('week', 'Distinct users in seven days', today?.week ?? 0),
          figure('today', 'Distinct users today (UTC)', today?.people ?? 0),
          figure('registered', 'Registered users', await accounts.count()),
          ...(live
            ? [
                figure('online', 'Online users', new Set(Array.from(live.sessions.all(), ({ localpart }) => localpart)).size),
                figure('sessions', 'Sessions', live.sessions.count),
                figure('since', 'Running since', isoTime(live.since)),
              ]
            : []),
        ],
        table: {
          columns: [
            { name: 'day', label: 'Day' },
            { name: 'people', label: 'Distinct users' },
            { name: 'week', label: 'In the week up to it' },
          ],
          rows: counts.map(({ day, people, week }) => [isoTime(day * DAY_MS).slice(0, 10), String(people), String(week)]),
        },
      }
    },
  })

const sessions = ({ live }: AdministrationNeeds): Command =>
  command({
    node: 'list-sessions',
    title: 'List sessions',
    who: ['helpdesk'],
    fields: { name: line('Of whom? A name; nothing for everybody') },
    about: ({ name }) => (name === '' ? [] : [name]),
    run({ name }) {
      const meant = name.split('@')[0] ?? ''
      const found = Array.from(live?.sessions.all() ?? []).filter(({ localpart }) => meant === '' || localpart === meant)
      const shown = found.sort((one, other) => (one.jid.full < other.jid.full ? -1 : 1)).slice(0, MOST)
      return {
        ...(!live && { note: 'The server does not run: nobody is connected', severity: 'warn' as const }),
        ...(found.length > MOST && { note: `The first ${MOST} of ${found.length} sessions; give a name to see the others` }),
        table: {
          columns: [
            { name: 'address', label: 'Session' },
            { name: 'from', label: 'From' },
            { name: 'since', label: 'Since' },
            { name: 'state', label: 'State' },
          ],
          rows: shown.map(({ jid, address, since, presence, inactiveSince }) => [
            jid.full,
            address,
            isoTime(since),
            presence === undefined ? 'not available' : inactiveSince === undefined ? 'available' : 'asleep',
          ]),
        },
      }
    },
  })

const audit = (needs: AdministrationNeeds): Command =>
  command({
    node: 'audit',
    title: 'Show who used administrative commands',
    who: ['operator'],
    fields: {
      person: line('Of whom? A name, as caller or as the one it was about; nothing for all'),
      before: line('Before when? As 2026-11-23T10:00:00Z; nothing for the newest'),
    },
    about: ({ person }) => (person === '' ? [] : [person]),
    async run({ person, before }) {
      const time = Date.parse(before)
      const entries = await needs.audit.list({
        limit: MOST,
        ...(person !== '' && { person: person.split('@')[0] ?? '' }),
        ...(!Number.isNaN(time) && { before: time }),
      })
      return {
        table: {
          columns: ['When', 'Who', 'Role', 'Command', 'About'].map(label => ({ name: label.toLowerCase(), label })),
          rows: entries.map(({ at, who, role, command: name, about }) => [isoTime(at), who, role, name, about.join(' ')]),
        },
      }
    },
  })
