/** A password for one device, in the hands of libraries that others wrote: made at the machine, used by every mechanism, revoked while it is in use. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type Device, type Door, type Library, bareOf, leavingOnce } from './clients/device.ts'
import { unless } from './clients/skip.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { xmppJs } from './clients/xmpp-js.ts'
import { startPlodge } from './target/plodge.ts'
import { type RunningTarget, person } from './target/target.ts'

const COMMAND = join(import.meta.dirname, '../../packages/plodge/src/plodge.js')
const SECONDS = 5000
/** Whose password that library can send. */
const FRIEND = 3
const WEB: Door = { label: 'PLAIN over TLS', mechanism: 'PLAIN', transport: 'tls' }
const run = promisify(execFile)

interface Listed {
  readonly id: string
  readonly name: string | null
  readonly address: string | null
  readonly isConnected: boolean
  readonly appPassword: { readonly name: string } | null
}

let target: RunningTarget
before(async () => {
  target = await startPlodge({ people: 4 })
})
after(() => target.stop())

/** As an operator at the machine. */
async function plodge(...words: readonly string[]): Promise<string> {
  const config = join(dirname(target.certificateFile), 'plodge.toml')
  const { stdout } = await run(process.execPath, [process.env['PLODGE_COMMAND'] ?? COMMAND, ...words, '--config', config])
  return stdout.trim()
}
const listed = async (name: string): Promise<readonly Listed[]> =>
  JSON.parse(await plodge('user', 'devices', name, '--json')) as readonly Listed[]

async function connect(library: Library, who: number, password: string, resource: string, door: Door): Promise<Device> {
  const account = { name: person(target, who).name, password }
  return leavingOnce(await library.connect(target, account, { resource, door }))
}

/** slixmpp over direct TLS differs in nothing that matters here. */
const DOORS: readonly (readonly [Library, readonly Door[]])[] = [
  [slixmpp, slixmpp.doors.filter(({ transport }) => transport === 'starttls')],
  [xmppJs, xmppJs.doors],
]

for (const [who, [library, doors]] of DOORS.entries()) {
  describe(library.name, { skip: unless(library.missing) }, () => {
    for (const door of doors) {
      // Of the person only a crypt hash is known, and they never log in otherwise.
      test(`an app password logs in by ${door.label}`, async t => {
        const { name } = person(target, who)
        const password = await plodge('user', 'devices', name, 'add-password', door.label)
        const device = await connect(library, who, password, 'phone', door)
        t.after(() => device.leave())
        const own = (await listed(name)).find(({ appPassword }) => appPassword?.name === door.label)
        assert.deepEqual([own?.isConnected, own?.address, own?.name], [true, '127.0.0.1', door.label])
        await device.leave()
        await plodge('user', 'devices', name, 'revoke', own?.id ?? '')
      })
    }

    test('a device that is connected is cut off within seconds of being revoked, and refused from then on', async t => {
      const [door] = doors
      assert(door)
      const { name } = person(target, who)
      const friend = await connect(xmppJs, FRIEND, person(target, FRIEND).password, library.name, WEB)
      t.after(() => friend.leave())
      const password = await plodge('user', 'devices', name, 'add-password', 'lost phone')
      const phone = await connect(library, who, password, 'phone', door)
      t.after(() => phone.leave())
      const address = `${name}@${target.domain}`
      await friend.befriend(address)
      await phone.accept(bareOf(friend.jid))
      await friend.sees(address, true)
      const [own] = await listed(name)
      assert(own?.isConnected)
      const revoked = performance.now()
      await plodge('user', 'devices', name, 'revoke', own.id)
      await friend.sees(address, false)
      assert(performance.now() - revoked < SECONDS)
      assert.deepEqual(await listed(name), [])
      await assert.rejects(connect(library, who, password, 'phone', door))
    })
  })
}
