/** Files from one slixmpp device to another: through the proxy (XEP-0065), and by upload and link (XEP-0363, XEP-0066). */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { unless } from '../clients/skip.ts'
import { freePorts } from '../target/ports.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'

const PYTHON = '/usr/bin/python3'
const SCRIPT = join(import.meta.dirname, '../slixmpp/files.py')
const isThere = spawnSync(PYTHON, ['-c', 'import slixmpp, aiohttp']).status === 0
const skip =
  unless(isThere ? undefined : 'the Debian packages python3-slixmpp and python3-aiohttp are not installed') ||
  (targetName !== 'plodge' && 'Plodge’s alone')
const BYTES = 3_000_000

let target: RunningTarget
let proxyPort: number
before(async () => {
  ;[proxyPort = 0] = await freePorts(1)
  target = await startTarget({ people: 2, listen: `proxy = "127.0.0.1:${proxyPort}"`, more: `[proxy]\nhost = "127.0.0.1"\n` })
})
after(() => target.stop())

async function send(what: 'bytestream' | 'upload'): Promise<Record<string, unknown>> {
  const settings = {
    what,
    bytes: BYTES,
    host: target.host,
    port: target.port,
    certificate: target.certificateFile,
    accounts: [0, 1].map(index => {
      const { name, password } = person(target, index)
      return { jid: `${name}@${target.domain}/slixmpp`, password }
    }),
  }
  const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, JSON.stringify(settings)], { timeout: 60_000 })
  return JSON.parse(stdout) as Record<string, unknown>
}

test('a file goes through the proxy', { skip }, async () => {
  const done = await send('bytestream')
  assert.deepEqual(done, { proxies: { [`proxy.${target.domain}`]: ['127.0.0.1', String(proxyPort)] }, same: true, bytes: BYTES })
})

test('a file is uploaded, linked and fetched, and one too large is refused', { skip }, async () => {
  const { service, put, same, url, too_large: tooLarge } = await send('upload')
  assert.deepEqual([service, put, same, tooLarge], [`upload.${target.domain}`, 201, true, 'not-acceptable'])
  assert.match(String(url), /^https:\/\/localhost:\d+\/upload\//)
})
