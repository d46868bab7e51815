/** Personal eventing (XEP-0163), what stands on it, and the pubsub service (XEP-0060), as clients that others wrote use them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { createClient } from 'stanza'
import { firstLogin } from './client/first-login.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { unless } from './clients/skip.ts'
import { startTarget, targetName } from './target/start.ts'
import { type RunningTarget, person } from './target/target.ts'

const elsewhere = targetName === 'plodge' ? undefined : 'it needs what only Plodge is set up for here'
const SCRIPT = join(import.meta.dirname, 'slixmpp/eventing.py')

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: 6 })
})
after(() => target.stop())

test('slixmpp publishes, follows, and keeps data', { skip: unless(slixmpp.missing ?? elsewhere) }, async () => {
  const accounts = [person(target, 0), person(target, 1)]
  for (const account of accounts) await firstLogin(target, account)
  const { host, port, domain, certificateFile: certificate } = target
  const settings = JSON.stringify({ accounts, host, port, domain, certificate })
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SCRIPT, settings], { timeout: 90_000 })
  const saw = new Map(
    stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { step: string; saw: unknown })
      .map(({ step, saw }) => [step, saw]),
  )
  assert.deepEqual(Object.fromEntries(saw), {
    'a contact hears the tune': [`user1@${domain}`, 'headline', 'Suite'],
    'who comes hears the last tune': 'Suite',
    'a contact sees the picture': true,
    'the picture is in the vCard too': true,
    'private data come back': ['1'],
    'private data are private': 'not-allowed',
    'public data are public': ['1'],
    'a subscriber hears the news': 'first',
    'subscriptions are listed': ['news'],
    'the configuration is a form': 'open',
    'an account is a pubsub service': true,
  })
})

test('stanza keeps data across a restart of the server, and hears of an avatar', { skip: unless(elsewhere) }, async t => {
  const account = person(target, 2)
  await firstLogin(target, account)
  const enter = async (resource: string) => {
    const agent = createClient({
      jid: `${account.name}@${target.domain}`,
      password: account.password,
      resource,
      transports: { websocket: target.wsUrl, bosh: false },
      autoReconnect: false,
    })
    t.after(() => agent.disconnect())
    for (const mechanism of ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']) agent.sasl.disable(mechanism)
    const started = new Promise((resolve, reject) => {
      agent.once('session:started', resolve)
      agent.once('disconnected', reject)
    })
    agent.connect()
    await started
    agent.updateCaps()
    agent.sendPresence({ legacyCapabilities: agent.getCurrentCaps()?.legacyCapabilities ?? [] })
    return agent
  }
  const phone = await enter('phone')
  const desk = await enter('desk')
  const heard = new Promise<string>(resolve => phone.once('avatar', ({ avatars }) => resolve(avatars[0]?.id ?? '')))
  await desk.publishAvatar('f'.repeat(40), Buffer.from('a picture'))
  await desk.useAvatars([{ id: 'f'.repeat(40), bytes: 9, mediaType: 'image/png' }])
  assert.equal(await heard, 'f'.repeat(40))
  desk.disconnect()
  phone.disconnect()
  await target.kill()
  await target.start()
  const again = await enter('desk')
  const avatar = await again.getAvatar(`${account.name}@${target.domain}`, 'f'.repeat(40))
  assert.equal(avatar.content?.data?.toString(), 'a picture')
})
