import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  ECDSA_WITH_SHA1,
  type Making,
  alternativeNames,
  dnsName,
  extension,
  keyUsage,
  makeCertificate,
  xmppAddress,
} from '@plodge/testkit/certificates.ts'
import { octets, sequence, utf8 } from '../../der/write.ts'
import { Passwords } from '../passwords/passwords.ts'
import { campus } from '../testing.ts'
import { readAuthorities } from './authorities.ts'
import { Certificates, type Holder } from './certificates.ts'

const folder = mkdtempSync(join(tmpdir(), 'plodge-certificates-'))
after(() => rmSync(folder, { recursive: true }))
const passwords = new Passwords()
after(() => passwords.close())

const authority = makeCertificate({ subject: 'People’s CA', isAuthority: true })
const other = makeCertificate({ subject: 'People’s CA', isAuthority: true })
const expired = makeCertificate({ subject: 'Old CA', isAuthority: true, from: -10, until: -1 })
const web = makeCertificate({ subject: 'web' })
const lost = makeCertificate({ by: authority, addresses: ['fanf2@chat.cam.ac.uk'] })

function fileOf(name: string, ...texts: readonly string[]): string {
  const file = join(folder, name)
  writeFileSync(file, texts.join('\n'))
  return file
}
const authorities = readAuthorities(fileOf('ca.pem', expired.certificate, authority.certificate))

const settings = {
  web: { certificateFingerprints: [web.fingerprint], createAccounts: false },
  users: { refusedCertificates: [lost.fingerprint] },
}
const nobody = { find: () => undefined, add: () => Promise.reject(new Error('nobody asked for one')) }
const judge = new Certificates({
  domain: 'chat.cam.ac.uk',
  accounts: nobody,
  settings: () => settings,
  authorities,
  clock: Date.now,
})

const issued = (making: Making): Holder | undefined => judge.holderOf(makeCertificate({ by: authority, ...making }).der)
const ours = { addresses: ['fanf2@chat.cam.ac.uk'] }
const person = (...localparts: readonly string[]): Holder => ({ kind: 'person', localparts })

describe('a certificate that is good for something', () => {
  test('the web tier is known by its fingerprint, whatever else it says', () => assert.deepEqual(judge.holderOf(web.der), { kind: 'web' }))
  for (const [what, making, localparts] of [
    ['one address', ours, ['fanf2']],
    ['an address as nobody writes it', { addresses: ['FANF2@Chat.Cam.AC.UK'] }, ['fanf2']],
    ['several', { addresses: ['fanf2@chat.cam.ac.uk', 'rjd4@chat.cam.ac.uk'] }, ['fanf2', 'rjd4']],
    ['one of ours beside others', { addresses: ['fanf2@dotat.at', 'fanf2@chat.cam.ac.uk'] }, ['fanf2']],
    [
      'names that are none of ours',
      { extensions: [alternativeNames(dnsName('example.org'), xmppAddress('rjd4@chat.cam.ac.uk'))] },
      ['rjd4'],
    ],
    ['a key that may sign', { ...ours, extensions: [keyUsage(0x80)] }, ['fanf2']],
    ['any purpose', { ...ours, purpose: '2.5.29.37.0' }, ['fanf2']],
    ['an extension that need not be understood', { ...ours, extensions: [extension('1.2.3.4', octets(Buffer.of(1)))] }, ['fanf2']],
  ] as const) {
    test(`with ${what}`, () => assert.deepEqual(issued(making), person(...localparts)))
  }
})

describe('a certificate that is good for nothing', () => {
  for (const [what, making] of [
    ['of another authority with the same name', { ...ours, by: other }],
    ['that signs itself', { ...ours, by: undefined }],
    ['that signs itself in the name of the authority', { ...ours, by: undefined, subject: authority.subject }],
    ['of an authority that has expired', { ...ours, by: expired }],
    ['of somebody whose certificate the authority issued', { ...ours, by: lost }],
    ['that has expired', { ...ours, from: -2, until: -1 }],
    ['that is not valid yet', { ...ours, from: 1 }],
    ['that is signed weakly', { ...ours, algorithm: ECDSA_WITH_SHA1 }],
    ['without an address', {}],
    ['with an address as its subject', { subject: 'fanf2@chat.cam.ac.uk' }],
    ['with CN=admin', { subject: 'admin' }],
    ['with CN=admin,CN=fanf2@chat.cam.ac.uk', { subject: 'admin,CN=fanf2@chat.cam.ac.uk' }],
    ['with a DNS name that reads like an address', { extensions: [alternativeNames(dnsName('fanf2@chat.cam.ac.uk'))] }],
    [
      'with a DNS name that reads like an otherName',
      { extensions: [alternativeNames(dnsName('othername:XmppAddr::fanf2@chat.cam.ac.uk'))] },
    ],
    ['of another domain', { addresses: ['fanf2@dotat.at'] }],
    ['of a domain that begins like ours', { addresses: ['fanf2@chat.cam.ac.uk.dotat.at'] }],
    ['of a domain that ends like ours', { addresses: ['fanf2@evil-chat.cam.ac.uk'] }],
    ['with NUL in the address', { addresses: ['fanf2@chat.cam.ac.uk\0.dotat.at'] }],
    ['with NUL in the name', { addresses: ['fanf2\0@chat.cam.ac.uk'] }],
    ['with a device', { addresses: ['fanf2@chat.cam.ac.uk/desk'] }],
    ['with a domain alone', { addresses: ['chat.cam.ac.uk'] }],
    ['with two addresses run together', { addresses: ['fanf2@chat.cam.ac.uk@chat.cam.ac.uk'] }],
    ['with an address that is not UTF-8', { addresses: [Buffer.from('0c03666fff', 'hex')] }],
    ['with an address that is no UTF8String', { addresses: [Buffer.from('1614', 'hex'), ours.addresses[0] ?? ''] }],
    ['with more after the address', { addresses: [Buffer.concat([utf8('fanf2@chat.cam.ac.uk'), utf8('x')])] }],
    ['for servers only', { ...ours, purpose: '1.3.6.1.5.5.7.3.1' }],
    ['whose key may not sign', { ...ours, extensions: [keyUsage(0x08)] }],
    ['that is an authority', { ...ours, isAuthority: true }],
    [
      'with a critical extension that nobody knows',
      { ...ours, extensions: [extension('1.2.3.4', octets(Buffer.of(1)), { isCritical: true })] },
    ],
    ['with names twice', { ...ours, extensions: [alternativeNames(xmppAddress('admin@chat.cam.ac.uk'))] }],
    ['with names that are no sequence', { extensions: [extension('2.5.29.17', octets(Buffer.from('x')))] }],
    ['with a key usage that is none', { ...ours, extensions: [extension('2.5.29.15', sequence())] }],
  ] as const) {
    test(what, () => assert.equal(issued(making), undefined))
  }
  test('that was refused by the configuration', () => assert.equal(judge.holderOf(lost.der), undefined))
  test('of which a bit was turned', () => {
    const { der } = makeCertificate({ by: authority, ...ours })
    for (let i = 0; i < der.length; i += 7) {
      const turned = Buffer.from(der)
      turned[i] = (turned[i] ?? 0) ^ 1
      assert.equal(judge.holderOf(turned), undefined, `byte ${i}`)
      const altered = Buffer.from(web.der)
      altered[i % altered.length] = (altered[i % altered.length] ?? 0) ^ 1
      assert.equal(judge.holderOf(altered), undefined, `byte ${i}`)
    }
  })
  test('that is cut off, or nothing at all', () => {
    for (const length of [0, 1, 10, 100]) assert.equal(judge.holderOf(lost.der.subarray(0, length)), undefined)
  })
  test('everybody’s, where no authority is named', () => {
    const strict = new Certificates({
      domain: 'chat.cam.ac.uk',
      accounts: nobody,
      settings: () => settings,
      authorities: undefined,
      clock: Date.now,
    })
    assert.equal(strict.holderOf(makeCertificate({ by: authority, ...ours }).der), undefined)
  })
})

test('a file of authorities is refused in words when it holds something else', () => {
  const person = makeCertificate({ by: authority, subject: 'fanf2' })
  assert.throws(() => readAuthorities(join(folder, 'none.pem')), /none\.pem cannot be read; it is named in \[users\]/)
  assert.throws(() => readAuthorities(fileOf('text.pem', 'hello')), /text\.pem holds no certificate/)
  assert.throws(() => readAuthorities(fileOf('person.pem', person.certificate)), /is no authority’s|is no authority's: CN=fanf2/)
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'
  assert.throws(
    () => readAuthorities(fileOf('broken.pem', authority.certificate, broken)),
    /broken\.pem holds a certificate that cannot be read/,
  )
})

test('who signs in for the first time gets an account where the policy says so, and from the web tier only', async t => {
  const { accounts } = await campus(t, passwords)
  await accounts.add({ localpart: 'fanf2', password: 'pencil' })
  const policy = { web: { certificateFingerprints: [], createAccounts: false }, users: { refusedCertificates: [] } }
  const certificates = new Certificates({ domain: 'chat.cam.ac.uk', accounts, settings: () => policy, authorities, clock: Date.now })
  const standing = async (localpart: string, kind: Holder['kind'] = 'web') => certificates.standingOf(localpart, { kind })
  assert.deepEqual([await standing('fanf2'), await standing('rjd4')], ['welcome', 'unknown'])
  policy.web.createAccounts = true
  assert.equal(await standing('rjd4', 'person'), 'unknown')
  assert.deepEqual(await Promise.all([standing('rjd4'), standing('rjd4')]), ['welcome', 'welcome'])
  const made = await accounts.find('rjd4')
  assert.deepEqual([made?.source, made?.hash, made?.verifiers], ['local', undefined, []])
  assert.equal(await standing('not-a-crsid'), 'unknown')
  await accounts.lock('fanf2')
  assert.deepEqual([await standing('fanf2'), await standing('fanf2', 'person')], ['locked', 'locked'])
})
