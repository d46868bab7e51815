/** plodge user devices: what has access to a person's account, and how it is taken away. */
import type { AccessingDevice } from '@plodge/server/accounts/devices/device.ts'
import { type Ask, administer, doneOr } from '../administer.ts'
import { type Command, type Invocation, OK, UsageError } from '../command.ts'
import { nameIn } from './person.ts'

const ACTIONS = ['list', 'revoke', 'add-password'] as const
type Action = (typeof ACTIONS)[number]

export const userDevices: Command = {
  name: 'user devices',
  summary: 'Lists the devices of a person, shuts one out, or makes a password for one.',
  words: ['NAME', '[list | revoke | add-password]', '[ID | DEVICE]'],
  options: {},
  examples: [
    'plodge user devices fanf2',
    'plodge user devices fanf2 revoke 5f1c09b2e4a7d3860c11',
    'plodge user devices fanf2 add-password "Tony’s phone"',
    `plodge user devices fanf2 --json | jq '.[] | select(.isConnected) | .address'`,
  ],
  notes:
    'A password for a device is shown this once; it is typed into the device exactly so, in place of the person’s own. Revoking a device ends its\nsessions at once. One that knows the person’s own password may come back with that: see the users.main_password setting.',
  run(invocation) {
    const [localpart, given = 'list', word] = invocation.words
    if (localpart === undefined) throw new UsageError('Whose? Give a name, such as fanf2')
    const action = ACTIONS.find(name => name === given)
    if (!action) throw new UsageError(`"${given}" is not one of ${ACTIONS.join(', ')}`)
    if (action === 'list' && word !== undefined) throw new UsageError(`"${word}" is one word too many`)
    if (action === 'revoke' && word === undefined) throw new UsageError('Which? Give its id, as the list shows it')
    if (action === 'add-password' && word === undefined) throw new UsageError('For which device? Give it a name, such as phone')
    return administer(invocation, async (ask, { domain }) => {
      await DO[action](invocation, ask, nameIn(localpart.toLowerCase(), domain), word ?? '')
      return OK
    })
  },
}

type Work = (invocation: Invocation, ask: Ask, localpart: string, word: string) => Promise<void>

const DO: Readonly<Record<Action, Work>> = {
  async list({ options, terminal }, ask, localpart) {
    const devices = doneOr(await ask('listDevices', { localpart }))
    if (options['json'] === true) return terminal.print(JSON.stringify(devices))
    for (const row of table(devices)) terminal.print(row)
    terminal.complain(`${devices.length} ${devices.length === 1 ? 'device' : 'devices'}`)
  },
  async revoke({ options, terminal }, ask, localpart, id) {
    const device = doneOr(await ask('revokeDevice', { localpart, id }))
    if (options['json'] === true) return terminal.print(JSON.stringify(device))
    terminal.print(
      `${nameOf(device)} is shut out${device.appPassword ? `, and its app password “${device.appPassword.name}” revoked` : ''}`,
    )
    if (device.hasCertificate)
      terminal.complain('It has a certificate, and may come back with it until that is in [users] refused_certificates')
    if (device.knowsPassword)
      terminal.complain(`It knows the password of ${localpart}, and may come back with it until that is changed: plodge user password`)
  },
  async 'add-password'({ options, terminal }, ask, localpart, name) {
    const made = doneOr(await ask('addAppPassword', { localpart, name }))
    terminal.print(options['json'] === true ? JSON.stringify(made) : made.password)
  },
}

function table(devices: readonly AccessingDevice[]): readonly string[] {
  const rows = devices.map(device => [
    device.id,
    nameOf(device),
    device.address ?? '-',
    device.isConnected ? 'now' : device.lastSeen === null ? 'never' : new Date(device.lastSeen).toISOString(),
    keysOf(device),
  ])
  const widths = rows.reduce<readonly number[]>((widest, row) => row.map((cell, at) => Math.max(widest[at] ?? 0, cell.length)), [])
  return rows.map(row => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '))
}

const nameOf = ({ name, software }: AccessingDevice): string =>
  name !== null && software !== null ? `${name} (${software})` : (name ?? software ?? 'without a name')

const keysOf = ({ knowsPassword, appPassword, hasToken, hasCertificate, isWeb }: AccessingDevice): string =>
  [
    ...(knowsPassword ? ['password'] : []),
    ...(appPassword ? [`app password “${appPassword.name}”`] : []),
    ...(hasToken ? ['token'] : []),
    ...(hasCertificate ? ['certificate'] : []),
    ...(isWeb ? ['web'] : []),
  ].join(', ') || 'nothing'
