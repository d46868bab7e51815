import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Resolver } from 'node:dns/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readConfig } from '../config/load.ts'
import { checkSections } from './check.ts'
import { sectionsOf, toZone } from './records.ts'

const NAMED = '/usr/sbin/named'
const skip = existsSync(NAMED)
  ? false
  : process.env['CI'] === undefined && 'Debian’s bind9 is not installed, and this needs a real DNS server'

const settings = readConfig('domain = "chat.example.org"\ndata = "d"\n[tls]\ncertificate = "c"\nkey = "k"', '/etc/plodge.toml')
const facts = { settings, host: 'vm7.example.org', addresses: ['192.0.2.7', '2001:db8::7'], certificate: undefined }
const GOOD = `_xmpp-client._tcp.chat SRV 0 5 5222 vm7
_xmpps-client._tcp.chat SRV 0 5 5223 vm7
_xmpp-server._tcp.chat SRV 0 0 0 .
vm7 A 192.0.2.7
alias CNAME vm7
`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** A real BIND on a port of its own that knows one zone. */
async function bind(t: TestContext, zone: string): Promise<Resolver> {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-dns-'))
  const port = await freePort()
  writeFileSync(join(folder, 'zone'), `$TTL 60\n$ORIGIN example.org.\n@ SOA ns root 1 60 60 60 60\n@ NS ns\nns A 127.0.0.1\n${zone}`)
  writeFileSync(
    join(folder, 'named.conf'),
    `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file "${folder}/pid"; session-keyfile "${folder}/key"; };
controls {}; zone "example.org" { type primary; file "zone"; check-srv-cname ignore; check-integrity no; };`,
  )
  const named = spawn(NAMED, ['-g', '-c', join(folder, 'named.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  t.after(() => stop(named, folder))
  await running(named)
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  resolver.setServers([`127.0.0.1:${port}`])
  return resolver
}

async function running(named: ChildProcess): Promise<void> {
  let log = ''
  for await (const chunk of named.stderr ?? []) {
    log += String(chunk)
    if (/ running\s*$/m.test(log)) {
      named.stderr?.resume()
      return
    }
  }
  throw new Error(`named did not start: ${log}`)
}

async function stop(named: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise(resolve => named.once('exit', resolve))
  named.kill('SIGKILL')
  await ended
  rmSync(folder, { recursive: true })
}

test('the records are ready for a zone, and say what is not offered', () => {
  const lines = sectionsOf(facts).flatMap(({ records }) => records.map(toZone))
  assert.deepEqual(lines, [
    '_xmpp-client._tcp.chat.example.org. 3600 IN SRV 0 5 5222 vm7.example.org.',
    '_xmpps-client._tcp.chat.example.org. 3600 IN SRV 0 5 5223 vm7.example.org.',
    '_xmpp-server._tcp.chat.example.org. 3600 IN SRV 0 0 0 .',
    '_xmpps-server._tcp.chat.example.org. 3600 IN SRV 0 0 0 .',
    'vm7.example.org. 3600 IN A 192.0.2.7',
    'vm7.example.org. 3600 IN AAAA 2001:db8::7',
  ])
})

test('BIND takes the records as they are printed, and then nothing is wrong', { skip }, async t => {
  const resolver = await bind(
    t,
    sectionsOf(facts)
      .flatMap(({ records }) => records.map(toZone))
      .join('\n') + '\n',
  )
  const findings = await checkSections(sectionsOf(facts), resolver)
  assert.deepEqual(
    findings.map(({ grade }) => grade),
    ['fine', 'fine', 'fine', 'fine'],
    JSON.stringify(findings),
  )
})

test('guests have records of their own (XEP-0175)', () => {
  const { services } = facts.settings
  const settings = { ...facts.settings, services: { ...services, guests: 'guests.chat.cam.ac.uk' } }
  const lines = sectionsOf({ ...facts, settings }).flatMap(({ records }) => records.map(toZone))
  assert.ok(lines.some(line => line.startsWith('_xmpps-client._tcp.guests.chat.cam.ac.uk. ')))
})

for (const [what, zone, grade, words] of [
  [
    'a missing record',
    GOOD.replace(/^_xmpps-client.*\n/m, ''),
    'wrong',
    /is not there.*add: _xmpps-client\._tcp\.chat\.example\.org\. 3600 IN SRV 0 5 5223 vm7\.example\.org\./,
  ],
  ['a wrong port', GOOD.replace('5222', '5269'), 'wrong', /listens on 5222: a wrong port/],
  ['another target', GOOD.replace('5222 vm7', '5222 ns'), 'doubtful', /not at vm7\.example\.org.*--host ns\.example\.org/],
  ['an alias as target', GOOD.replace('vm7 A 192.0.2.7\nalias CNAME vm7', 'vm7 CNAME ns'), 'wrong', /is an alias \(CNAME\)/],
  ['a target without address', GOOD.replace('vm7 A 192.0.2.7\nalias CNAME vm7\n', ''), 'wrong', /has no address/],
  ['a dot where the service is offered', GOOD.replace('0 5 5222 vm7', '0 0 0 .'), 'wrong', /says that the service is not offered/],
  ['an old record for a service that is off', GOOD.replace('0 0 0 .', '0 5 5269 old'), 'doubtful', /an old record, perhaps/],
  ['an odd priority', GOOD.replace('0 5 5222', '30 5 5222'), 'doubtful', /with priority 30/],
] as const) {
  test(`a resolver's answer with ${what} is found and explained`, { skip }, async t => {
    const findings = await checkSections(sectionsOf(facts), await bind(t, zone))
    const found = findings.filter(finding => finding.grade === grade && words.test(finding.words))
    assert.ok(found.length > 0, JSON.stringify(findings, undefined, 2))
  })
}

test('a resolver that is not there is said to be', { skip }, async () => {
  const resolver = new Resolver({ timeout: 300, tries: 1 })
  resolver.setServers([`127.0.0.1:${await freePort()}`])
  const [first] = await checkSections(sectionsOf(facts), resolver)
  assert.equal(first?.grade, 'wrong')
  assert.match(first?.words ?? '', /resolver/)
})

test(
  'TLSA is of the public key, as openssl has it',
  { skip: existsSync('/usr/bin/openssl') ? false : 'openssl is not installed' },
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'plodge-tlsa-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const sh = (script: string): string =>
      execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const certificate = sh(
      'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout k.pem -out c.pem -subj /O=HARICA/CN=x >&2; cat c.pem',
    )
    const hash = sh('openssl x509 -in c.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum').slice(0, 64)
    const lines = sectionsOf({ ...facts, certificate }).flatMap(({ records }) => records.map(toZone))
    assert.ok(lines.includes(`_5222._tcp.vm7.example.org. 3600 IN TLSA 3 1 1 ${hash}`), lines.join('\n'))
    assert.ok(lines.includes('chat.example.org. 3600 IN CAA 0 issue "harica.gr"'))
  },
)
