import assert from 'node:assert/strict'
import test from 'node:test'
import { testSettings } from '@plodge/testkit/settings.ts'
import type { AccountRecord } from '../../storage/repositories.ts'
import { NOTHING_REGISTERED } from '@plodge/xmpp/xeps/register.ts'
import { Registrar } from './registrar.ts'

test('so many accounts are asked for from one network in an hour, failed attempts counted, and others go on', async () => {
  const clock = { now: 0 }
  const made: string[] = []
  const usual = testSettings()
  const registrar = new Registrar({
    accounts: {
      exists: name => made.includes(name),
      async add({ localpart }) {
        made.push(localpart)
        return { kind: 'done', account: { localpart } as AccountRecord }
      },
    },
    domain: 'chat.cam.ac.uk',
    settings: () => ({ users: { ...usual.users, registration: true }, limits: { rates: true, registrationsPerHour: 2 } }),
    log: { info: () => {} },
    clock: () => clock.now,
  })
  const asks = (username: string, address: string): Promise<void> =>
    registrar.register(
      {
        ...NOTHING_REGISTERED,
        fields: new Map([
          ['username', username],
          ['password', 'wherefore'],
        ] as const),
      },
      address,
    )
  await asks('romeo', '192.0.2.1')
  await assert.rejects(asks('romeo', '192.0.2.1'), { condition: 'conflict' })
  await assert.rejects(asks('juliet', '192.0.2.1'), { condition: 'resource-constraint' })
  await asks('juliet', '198.51.100.7')
  clock.now += 3_600_000
  await asks('nurse', '192.0.2.1')
  assert.deepEqual(made, ['romeo', 'juliet', 'nurse'])
})
