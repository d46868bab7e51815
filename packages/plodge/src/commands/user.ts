/** plodge user …: the people of this server. */
import type { PersonInfo } from '@plodge/server/ops/administration.ts'
import { type Ask, administer, doneOr } from '../administer.ts'
import { type Command, type Invocation, OK, UsageError } from '../command.ts'
import { nameIn } from './person.ts'

const PAGE = 500

export const userAdd: Command = {
  name: 'user add',
  summary: 'Adds a person. The password is asked for, or read from standard input.',
  words: ['NAME'],
  options: { name: { type: 'string', value: 'TEXT', meaning: 'the name that people know them by' } },
  examples: ['plodge user add fanf2 --name "Tony Finch"', `printf %s "$PASSWORD" | plodge user add fanf2`],
  run: invocation =>
    withPerson(invocation, async (ask, localpart) => {
      const { name } = invocation.options
      const password = await invocation.terminal.readPassword(`Password for ${localpart}: `)
      return doneOr(await ask('addUser', { localpart, password, ...(typeof name === 'string' ? { name } : {}) }))
    }),
}

export const userShow: Command = {
  name: 'user show',
  summary: 'Shows a person: name, state, devices that are connected.',
  words: ['NAME'],
  options: {},
  examples: ['plodge user show fanf2', 'plodge user show fanf2 --json'],
  run: invocation => withPerson(invocation, async (ask, localpart) => doneOr(await ask('showUser', { localpart })), describe),
}

export const userList: Command = {
  name: 'user list',
  summary: 'Lists all people.',
  words: [],
  options: {},
  examples: ['plodge user list', `plodge user list --json | jq '.[] | select(.lockedAt != null) | .localpart'`],
  run: invocation =>
    administer(invocation, async ask => {
      const people = await everybody(ask)
      if (invocation.options['json'] === true) invocation.terminal.print(JSON.stringify(people))
      else {
        const width = Math.max(0, ...people.map(({ address }) => address.length))
        for (const person of people)
          invocation.terminal.print(`${person.address.padEnd(width)}  ${stateOf(person)}${person.name === null ? '' : `  ${person.name}`}`)
        invocation.terminal.complain(`${people.length} ${people.length === 1 ? 'person' : 'people'}`)
      }
      return OK
    }),
}

async function everybody(ask: Ask): Promise<readonly PersonInfo[]> {
  const people: PersonInfo[] = []
  for (;;) {
    const after = people.at(-1)?.localpart
    const page = doneOr(await ask('listUsers', { limit: PAGE, ...(after === undefined ? {} : { after }) }))
    people.push(...page)
    if (page.length < PAGE) return people
  }
}

export const userLock: Command = {
  name: 'user lock',
  summary: 'Locks a person out, ending their sessions at once. Nothing of theirs is lost.',
  words: ['NAME'],
  options: {},
  examples: ['plodge user lock fanf2'],
  run: invocation => withPerson(invocation, async (ask, localpart) => doneOr(await ask('lockUser', { localpart }))),
}

export const userUnlock: Command = {
  name: 'user unlock',
  summary: 'Lets a locked person in again.',
  words: ['NAME'],
  options: {},
  examples: ['plodge user unlock fanf2'],
  run: invocation => withPerson(invocation, async (ask, localpart) => doneOr(await ask('unlockUser', { localpart }))),
}

export const userRemove: Command = {
  name: 'user remove',
  summary: 'Removes a person with all that is theirs: contacts, history, everything. This cannot be undone.',
  words: ['NAME'],
  options: { yes: { type: 'boolean', meaning: 'really' } },
  examples: ['plodge user remove fanf2 --yes'],
  run(invocation) {
    if (invocation.options['yes'] !== true)
      throw new UsageError(
        'This removes all messages and contacts of the person for good; add --yes if that is meant, or use: plodge user lock',
      )
    return withPerson(invocation, async (ask, localpart) => doneOr(await ask('removeUser', { localpart })))
  },
}

export const userPassword: Command = {
  name: 'user password',
  summary: 'Gives a person another password: asked for, or read from standard input.',
  words: ['NAME'],
  options: {},
  examples: ['plodge user password fanf2', `printf %s "$PASSWORD" | plodge user password fanf2`],
  run: invocation =>
    withPerson(invocation, async (ask, localpart) => {
      const password = await invocation.terminal.readPassword(`New password for ${localpart}: `)
      return doneOr(await ask('setPassword', { localpart, password }))
    }),
}

function withPerson(invocation: Invocation, work: (ask: Ask, localpart: string) => Promise<PersonInfo>, say = brief): Promise<number> {
  const [localpart] = invocation.words
  if (localpart === undefined) throw new UsageError('Whom? Give a name, such as fanf2')
  return administer(invocation, async (ask, { domain }) => {
    const person = await work(ask, nameIn(localpart.toLowerCase(), domain))
    invocation.terminal.print(invocation.options['json'] === true ? JSON.stringify(person) : say(person))
    return OK
  })
}

const stateOf = ({ lockedAt, proof }: PersonInfo): string => (lockedAt !== null ? 'locked ' : proof === 'none' ? 'no password' : 'active ')
const brief = (person: PersonInfo): string => `${person.address}  ${stateOf(person)}`
const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

function describe(person: PersonInfo): string {
  const proofs = { scram: 'SCRAM verifiers', hash: 'a hash from the feed, until the first log-in with PLAIN', none: 'none' }
  const devices = person.devices?.map(
    ({ resource, address, since, isAvailable }) =>
      `  ${resource}  from ${address} since ${time(since)}${isAvailable ? '' : ', not available'}`,
  )
  return [
    `address   ${person.address}`,
    `name      ${person.name ?? '-'}`,
    `from      ${person.source === 'feed' ? 'the password feed' : 'an operator'}`,
    `since     ${time(person.createdAt)}`,
    `locked    ${person.lockedAt === null ? 'no' : `since ${time(person.lockedAt)}`}`,
    `password  ${proofs[person.proof]}`,
    devices === undefined
      ? 'devices   (the server does not run)'
      : devices.length === 0
        ? 'devices   none connected'
        : ['devices', ...devices].join('\n'),
  ].join('\n')
}
