/** Logging in with a certificate that OpenSSL made, in the hands of a library that others wrote: a person's own, and the web tier's for anybody. */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { X509Certificate } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { type Device, type Door, leavingOnce } from './clients/device.ts'
import { unless } from './clients/skip.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { startPlodge } from './target/plodge.ts'
import { type RunningTarget, person } from './target/target.ts'

const COMMAND = join(import.meta.dirname, '../../packages/plodge/src/plodge.js')
const run = promisify(execFile)

interface Files {
  readonly certificate: string
  readonly key: string
}

const folder = mkdtempSync(join(tmpdir(), 'e2e-certificates-'))

function make(name: string, subject: string, ...more: readonly string[]): Files {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '7']
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, '-subj', subject, ...more], { stdio: 'pipe' })
  return { certificate, key }
}
const issue = (name: string, by: Files, address: string): Files =>
  make(
    name,
    `/CN=${name}`,
    '-CA',
    by.certificate,
    '-CAkey',
    by.key,
    '-addext',
    'basicConstraints=critical,CA:false',
    '-addext',
    'extendedKeyUsage=clientAuth',
    '-addext',
    `subjectAltName=otherName:1.3.6.1.5.5.7.8.5;UTF8:${address}`,
  )

const authority = make('ca', '/CN=People')
const other = make('other', '/CN=People')
const own = issue('own', authority, 'user0@localhost')
const forged = issue('forged', other, 'user0@localhost')
const web = make('web', '/CN=web')

let target: RunningTarget
before(async () => {
  const { fingerprint256 } = new X509Certificate(readFileSync(web.certificate))
  target = await startPlodge({
    people: 3,
    users: `certificate_authorities = ${JSON.stringify(authority.certificate)}`,
    more: `[web]\ncertificate_fingerprint = ${JSON.stringify(fingerprint256)}\n`,
  })
})
after(async () => {
  await target.stop()
  rmSync(folder, { recursive: true })
})

const WAYS: readonly Door[] = (['starttls', 'tls'] as const).flatMap(transport =>
  (['1.2', '1.3'] as const).map(tls => ({ label: `${transport} with TLS ${tls}`, transport, tls, mechanism: 'EXTERNAL' })),
)

async function connect(who: number, door: Door, files: Files, authzid: string): Promise<Device> {
  const account = { name: person(target, who).name, password: 'not asked for' }
  return leavingOnce(await slixmpp.connect(target, account, { resource: 'certified', door: { ...door, shows: { ...files, authzid } } }))
}

describe('slixmpp', { skip: unless(slixmpp.missing) }, () => {
  for (const door of WAYS) {
    test(`logs in by EXTERNAL over ${door.label}, as its owner and through the web tier`, async t => {
      const romeo = await connect(0, door, own, '')
      t.after(() => romeo.leave())
      const juliet = await connect(1, door, web, 'user1@localhost')
      t.after(() => juliet.leave())
      assert.deepEqual([romeo.jid, juliet.jid], ['user0@localhost/certified', 'user1@localhost/certified'])
      romeo.say(juliet.jid, 'hello')
      assert.equal(await juliet.hears('hello'), 'user0@localhost')
    })
  }

  const [door] = WAYS
  assert(door)
  for (const [what, who, files, authzid] of [
    ['a certificate of another authority by the same name', 0, forged, ''],
    ['somebody else by one’s own', 1, own, 'user1@localhost'],
    ['the web tier for another domain', 1, web, 'user1@elsewhere.example'],
    ['the web tier for nobody', 1, web, ''],
    ['the web tier for somebody who is not there', 1, web, 'user9@localhost'],
    ['the authority itself', 0, authority, 'user0@localhost'],
  ] as const) {
    test(`${what} is refused`, async () => {
      await assert.rejects(connect(who, door, files, authzid), /did not log in/)
    })
  }

  test('an operator sees what the device has', async t => {
    const romeo = await connect(2, door, web, 'user2@localhost')
    t.after(() => romeo.leave())
    const config = join(dirname(target.certificateFile), 'plodge.toml')
    const words = ['user', 'devices', 'user2', '--config', config]
    const { stdout } = await run(process.execPath, [process.env['PLODGE_COMMAND'] ?? COMMAND, ...words])
    assert.match(stdout, /^\w{20} {2}certified {2}127\.0\.0\.1 {2}now {2}.*web$/m)
  })
})
