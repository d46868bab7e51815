/** plodge announce, motd, welcome, session, role, statistics, audit, stop and restart: the faces of XEP-0133 at the machine. */
import { type Command, type Invocation, UsageError } from '../command.ts'
import { addressIn, call } from './call.ts'

const ADMIN = 'http://jabber.org/protocol/admin#'

/** The text of a word, or of standard input. */
async function textOf({ words: [text], terminal }: Invocation): Promise<readonly string[]> {
  const given = text ?? (await terminal.readText())
  if (given.trim() === '') throw new UsageError('What is it to say? Give the text in quotes, or on standard input')
  return given.replace(/\n$/, '').split('\n')
}

const saying = (name: string, node: string, field: string, summary: string, examples: readonly string[]): Command => ({
  name,
  summary,
  words: ['TEXT'],
  options: {},
  examples,
  async run(invocation) {
    const text = await textOf(invocation)
    return call(invocation, `${ADMIN}${node}`, () => ({ [field]: text }))
  },
})

const plain = (name: string, node: string, summary: string, notes?: string): Command => ({
  name,
  summary,
  words: [],
  options: {},
  examples: [`plodge ${name}`, `plodge ${name} --json`],
  ...(notes !== undefined && { notes }),
  run: invocation => call(invocation, node),
})

const sessionList: Command = {
  name: 'session list',
  summary: 'Lists who is connected, from where, since when.',
  words: ['NAME'],
  options: {},
  examples: ['plodge session list', 'plodge session list fanf2 --json'],
  run: invocation => call(invocation, 'list-sessions', () => ({ name: invocation.words.slice(0, 1) })),
}

const sessionEnd: Command = {
  name: 'session end',
  summary: 'Ends the sessions of a person, or one of them. They may log in again; to keep them out, use: plodge user lock.',
  words: ['NAME[/DEVICE]'],
  options: {},
  examples: ['plodge session end fanf2', 'plodge session end fanf2/laptop'],
  run(invocation) {
    const [name] = invocation.words
    if (name === undefined) throw new UsageError('Whose? Give a name, such as fanf2')
    return call(invocation, `${ADMIN}end-user-session`, settings => ({ accountjids: [addressIn(name, settings)] }))
  },
}

const roleSet: Command = {
  name: 'role set',
  summary: 'Says who has a role, operator or helpdesk: all of them, those not named have it no more.',
  words: ['ROLE', 'NAMES'],
  options: {},
  examples: ['plodge role set operator fanf2', 'plodge role set helpdesk spqr1,fanf2', 'plodge role set helpdesk ""'],
  notes: 'Those whom [roles] in the configuration names stay. Helpdesk may look people up, unlock them and end their sessions.',
  run(invocation) {
    const [role, names] = invocation.words
    if (role !== 'operator' && role !== 'helpdesk') throw new UsageError('Which role? It is operator or helpdesk')
    if (names === undefined) throw new UsageError('Who? Give names with commas between them, or "" for nobody')
    const node = role === 'operator' ? `${ADMIN}edit-admin` : 'edit-helpdesk'
    return call(invocation, node, settings => ({
      adminjids: names
        .split(',')
        .filter(name => name.trim() !== '')
        .map(name => addressIn(name.trim(), settings)),
    }))
  },
}

const audit: Command = {
  name: 'audit',
  summary: 'Shows who used administrative commands, when, and about whom; newest first.',
  words: ['NAME'],
  options: { before: { type: 'string', value: 'TIME', meaning: 'only what is older: 2026-11-23T10:00:00Z' } },
  examples: ['plodge audit', 'plodge audit fanf2', 'plodge audit --before 2026-11-01 --json'],
  notes: 'Nothing takes an entry out of this record. It has no passwords and no messages.',
  run(invocation) {
    const { before } = invocation.options
    if (typeof before === 'string' && Number.isNaN(Date.parse(before))) throw new UsageError(`"${before}" is no time`)
    return call(invocation, 'audit', () => ({
      person: invocation.words.slice(0, 1),
      ...(typeof before === 'string' && { before: [before] }),
    }))
  },
}

const stopping = (name: string, node: string, summary: string, notes: string): Command => ({
  name,
  summary,
  words: [],
  options: {
    delay: { type: 'string', value: 'SECONDS', meaning: '0, 30, 60, 90, 120, 180, 240 or 300; otherwise 60' },
    announce: { type: 'string', value: 'TEXT', meaning: 'what those who are online are told' },
  },
  examples: [`plodge ${name} --delay 120 --announce "Back in a minute"`, `plodge ${name} --delay 0`],
  notes,
  run(invocation) {
    const { delay = '60', announce } = invocation.options
    return call(invocation, `${ADMIN}${node}`, () => ({
      delay: [String(delay)],
      ...(typeof announce === 'string' && { announcement: announce.split('\n') }),
    }))
  },
})

export const serviceCommands: readonly Command[] = [
  saying('announce', 'announce', 'announcement', 'Says something to everybody who is online.', [
    'plodge announce "The server restarts at 18:00"',
    'plodge announce < notice.txt',
  ]),
  plain('motd show', 'show-notices', 'Shows the message of the day, and the welcome message.'),
  saying('motd set', 'set-motd', 'motd', 'Sets the message of the day: everybody gets it once.', ['plodge motd set "Files are back"']),
  saying('motd edit', 'edit-motd', 'motd', 'Changes the message of the day for those who did not have it yet.', [
    'plodge motd edit "Files are back since noon"',
  ]),
  plain('motd delete', `${ADMIN}delete-motd`, 'Deletes the message of the day.'),
  saying('welcome set', 'set-welcome', 'welcome', 'Sets what everybody is told at their first log-in.', [
    'plodge welcome set < welcome.txt',
  ]),
  plain('welcome delete', `${ADMIN}delete-welcome`, 'Deletes the welcome message.'),
  sessionList,
  sessionEnd,
  plain(
    'statistics',
    'statistics',
    'Shows how many different people are here, a day and a week.',
    'Days are of UTC. How it is counted: docs/administration.md.',
  ),
  plain('role list', 'list-roles', 'Lists operators and helpdesk.'),
  roleSet,
  audit,
  stopping(
    'restart',
    'restart',
    'Restarts a running server.',
    'It ends with exit code 75: the supervisor must start it again, as systemd does with Restart=on-failure.',
  ),
  stopping(
    'stop',
    'shutdown',
    'Shuts a running server down, as SIGTERM does.',
    'It ends with exit code 0: systemd with Restart=on-failure lets it rest.',
  ),
]
