/** The first log-in of somebody whom the password feed knows by a hash alone. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account, Target } from '../target/target.ts'
import { Client } from './client.ts'

/** By PLAIN; verifiers for SCRAM are made from it, in a moment: resolves when they work. */
export async function firstLogin(target: Target, account: Account): Promise<void> {
  const first = await Client.connect(target, { account, resource: 'first' })
  await first.line.close()
  for (let tries = 0; tries < 50; tries++) {
    const client = await Client.connect(target, { account, resource: 'second', mechanism: { hash: 'SHA-1', binding: undefined } }).catch(
      () => sleep(100),
    )
    if (client) return client.line.close()
  }
  throw new Error(`SCRAM does not work for ${account.name} 5 s after a log-in by PLAIN`)
}
