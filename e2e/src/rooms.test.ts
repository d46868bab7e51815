/** Rooms (XEP-0045), as slixmpp uses them; all clients in one room are in desktop/gajim.test.ts. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { firstLogin } from './client/first-login.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { unless } from './clients/skip.ts'
import { startTarget, targetName } from './target/start.ts'
import { type RunningTarget, person } from './target/target.ts'

const elsewhere = targetName === 'plodge' ? undefined : 'it needs what only Plodge is set up for here'
const SCRIPT = join(import.meta.dirname, 'slixmpp/rooms.py')

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: 7 })
})
after(() => target.stop())

test('slixmpp makes a room, keeps order in it, and ends it', { skip: unless(slixmpp.missing ?? elsewhere) }, async () => {
  const accounts = [0, 1, 2, 6].map(at => person(target, at))
  for (const account of accounts) await firstLogin(target, account)
  const { host, port, domain, certificateFile: certificate } = target
  const settings = JSON.stringify({ accounts, host, port, domain, certificate })
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SCRIPT, settings], { timeout: 90_000 })
  // The library prints some lines of its own.
  const lines = stdout.split('\n').filter(line => line.startsWith('{'))
  const saw = lines.map(line => JSON.parse(line) as { step: string; saw: unknown }).map(({ step, saw }) => [step, saw])
  const room = `coven@group.${domain}`
  assert.deepEqual(Object.fromEntries(saw), {
    'a room is made': [100, 110, 170, 201, 210],
    'it is closed until it is configured': 'item-not-found',
    'somebody comes in': [[100, 110, 170, 210], 'user1', ['user0', 'user1'], 0, ''],
    'everybody hears': [`${room}/user1`, 'Double, double toil and trouble', true],
    'the subject': 'user0',
    'a whisper': `${room}/user1`,
    'a newcomer reads what was said': [['Double, double toil and trouble'], 'Fire burn'],
    'somebody is put out': [[110, 307], 'Avaunt'],
    'and banned': 'forbidden',
    members: [`user1@${domain}`],
    'an invitation': [room, `user0@${domain}`, 'All is forgiven'],
    'whoever is not inside knows it': 'not-acceptable',
    'the history': ['Double, double toil and trouble', ''],
    'what the room is': ['A Dark Cave', true],
    'the rooms there are': [[room, 'A Dark Cave']],
    'somebody leaves': 'farewell',
    'the room is gone': 'item-not-found',
  })
})
