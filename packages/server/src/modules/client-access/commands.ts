/** What people can ask about their own devices by command (XEP-0050), for clients that do not know XEP-0494. */
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import type { AccessingDevice } from '../../accounts/devices/device.ts'
import type { Devices } from '../../accounts/devices/devices.ts'
import { choice, line } from '../../routing/command-fields.ts'
import { type Caller, type Command, type Result, command, refusal } from '../../routing/commands.ts'

const PERSON = ['person'] as const
const AT_THE_MACHINE = 'At the machine, use: plodge user devices'

export const deviceCommands = (devices: Devices): readonly Command[] => [makePassword(devices), listDevices(devices), shutOut(devices)]

const makePassword = (devices: Devices): Command =>
  command({
    node: 'app-password',
    title: 'Make a password for a device',
    instructions: 'It opens your account on one device, in place of your password, and can be taken back at any time.',
    who: PERSON,
    fields: { device: line('Which device is it for?', { required: true }) },
    async run({ device }, { localpart, session }): Promise<Result> {
      if (!session) return refusal(AT_THE_MACHINE)
      // It would outlast the one that this device has.
      if (session.appPassword !== undefined)
        return refusal('This device logged in with an app password itself: use one that logged in with the password of the account')
      const made = await devices.makeAppPassword(localpart, device)
      if (made.kind === 'refused') return refusal(made.why)
      return {
        note: `The password for ${made.name}, shown this once. Type it into the device exactly so, dashes included.`,
        fields: [{ name: 'password', label: `Password for ${made.name}`, values: [made.password] }],
      }
    },
  })

const listDevices = (devices: Devices): Command =>
  command({
    node: 'devices',
    title: 'Your devices',
    who: PERSON,
    async run(_, { localpart, session }): Promise<Result> {
      if (!session) return refusal(AT_THE_MACHINE)
      const columns = [
        { name: 'name', label: 'Device' },
        { name: 'address', label: 'Network address' },
        { name: 'last-seen', label: 'Last used' },
        { name: 'key', label: 'Logs in with' },
        { name: 'id', label: 'Id' },
      ]
      const rows = (await devices.list(localpart)).map(device => [
        nameOf(device),
        device.address ?? '',
        device.isConnected ? 'now' : device.lastSeen === null ? 'never' : writeDateTime(device.lastSeen),
        keysOf(device),
        device.id,
      ])
      return { table: { columns, rows } }
    },
  })

const shutOut = (devices: Devices): Command =>
  command({
    node: 'shut-out-device',
    title: 'Shut out a device',
    who: PERSON,
    fields: { device: choice('Which?', [], { required: true }) },
    prepare: async ({ localpart }: Caller) => ({
      device: { options: (await devices.list(localpart)).map(device => ({ label: nameOf(device), value: device.id })) },
    }),
    async run({ device: id }, { localpart, session }): Promise<Result> {
      if (!session) return refusal(AT_THE_MACHINE)
      const device = await devices.find(localpart, id ?? '')
      if (!device) return refusal('There is no such device; it may have been shut out already')
      await devices.revoke(localpart, device)
      if (device.hasCertificate)
        return { note: 'It is logged out. It has a certificate, and may come back: have the service desk refuse that.', severity: 'warn' }
      return device.knowsPassword
        ? { note: 'It is logged out. It knows the password of your account: change that, or it may come back.', severity: 'warn' }
        : { note: 'It is shut out.' }
    },
  })

const nameOf = ({ name, software, id }: AccessingDevice): string =>
  name !== null && software !== null ? `${name} (${software})` : (name ?? software ?? `a device without a name (${id})`)

const keysOf = ({ knowsPassword, appPassword, hasToken, hasCertificate, isWeb }: AccessingDevice): string =>
  [
    ...(knowsPassword ? ['the password of the account'] : []),
    ...(appPassword ? [`the app password “${appPassword.name}”`] : []),
    ...(hasToken ? ['a token'] : []),
    ...(hasCertificate ? ['a certificate'] : []),
    ...(isWeb ? ['signing in on the web'] : []),
  ].join(', ') || 'nothing any more'
