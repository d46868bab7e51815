/** Corrections, reactions, markers, replies and retractions, for a device that was away: as slixmpp says and reads them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { slixmpp } from './clients/slixmpp.ts'
import { unless } from './clients/skip.ts'
import { startTarget, targetName } from './target/start.ts'
import { type RunningTarget, person } from './target/target.ts'

const elsewhere = targetName === 'plodge' ? undefined : 'tombstones are Plodge’s alone'

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: 2 })
})
after(() => target.stop())

test('slixmpp finds what it missed as those who were there saw it', { skip: unless(slixmpp.missing ?? elsewhere) }, async () => {
  const { host, port, domain, certificateFile: certificate } = target
  const settings = JSON.stringify({ accounts: [person(target, 0), person(target, 1)], host, port, domain, certificate })
  const script = join(import.meta.dirname, 'slixmpp/care.py')
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, settings], { timeout: 90_000 })
  const lines = stdout.trim().split('\n')
  const saw = lines.map(line => JSON.parse(line) as { step: string; saw: unknown }).map(({ step, saw }) => [step, saw])
  const expected = [
    ['retracted', 'r1'],
    ['airlock'],
    ['window', 'for', 'm2'],
    ['feels', ['🐢']],
    ['displayed', 'm0'],
    ['yes', 'to', 'm2'],
    ['retract', 'm1'],
  ]
  assert.deepEqual(Object.fromEntries(saw), { 'the archive leaves tombstones': true, 'what waited': expected, history: expected })
})
