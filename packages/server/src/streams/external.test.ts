/** SASL EXTERNAL over real lines: the web tier speaks for people, people speak for themselves, and nobody else does. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SecureVersion } from 'node:tls'
import { type TestCertificate, makeCertificate } from '@plodge/testkit/certificates.ts'
import { testSettings } from '@plodge/testkit/settings.ts'
import { WebSocket } from 'ws'
import type { AccessingDevice } from '../accounts/devices/device.ts'
import { askControlSocket } from '../ops/control-socket.ts'
import type { Settings } from '../settings.ts'
import { RawClient } from './raw-client.testing.ts'
import { TABLET, addressIn, bind, conditionIn, login, requestToken, tokenIn } from './sasl2/login.testing.ts'
import { type Here, here } from './server.testing.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const web = makeCertificate({ subject: 'web' })
const nextWeb = makeCertificate({ subject: 'web' })
const authority = makeCertificate({ subject: 'People’s CA', isAuthority: true })
const romeos = makeCertificate({ by: authority, addresses: ['romeo@chat.cam.ac.uk'] })
const shared = makeCertificate({ by: authority, addresses: ['romeo@chat.cam.ac.uk', 'juliet@chat.cam.ac.uk', 'romeo@montague.lit'] })
const strangers = makeCertificate({ subject: 'romeo@chat.cam.ac.uk', addresses: ['romeo@chat.cam.ac.uk'] })

const folder = mkdtempSync(join(tmpdir(), 'plodge-external-'))
const authorities = join(folder, 'ca.pem')
writeFileSync(authorities, authority.certificate)
const settings = {
  users: { ...testSettings().users, certificateAuthorities: authorities },
  web: { certificateFingerprints: [web.fingerprint], createAccounts: false },
} satisfies Partial<Settings>

let town: Here
before(async () => {
  town = await here({ people: ['romeo', 'juliet', 'mercutio', 'tybalt'], settings, limits: { rates: true, connectionsPerAddress: 5 } })
})
after(async () => {
  await town[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const shows = ({ certificate: cert, key }: TestCertificate) => ({ cert, key })
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64') || '='
const auth = (authzid: string): string => `<auth xmlns='${SASL}' mechanism='EXTERNAL'>${base64(authzid)}</auth>`

/** The outcome of a log-in by SASL on a connection of its own. */
async function tries(certificate: TestCertificate | undefined, authzid: string): Promise<string> {
  const client = await town.client(certificate && shows(certificate))
  const answer = await client.asks(auth(authzid), /<success[^>]*\/>|<\/failure>/)
  await client.vanishes()
  return answer
}
const offers = async (certificate?: TestCertificate, more: object = {}): Promise<boolean> => {
  const client = await RawClient.connect(town.ports.clientTls)
  await client.startTls({ ALPNProtocols: ['xmpp-client'], ...(certificate && shows(certificate)), ...more })
  const features = await client.open()
  await client.vanishes()
  assert.equal(features.split('<mechanism>EXTERNAL<').length, features.includes('EXTERNAL') ? 3 : 1, 'in both lists, or in none')
  return features.includes('EXTERNAL')
}
const devicesOf = async (localpart: string): Promise<readonly AccessingDevice[]> => {
  const outcome = await askControlSocket(town.settings.data, 'listDevices', { localpart })
  assert(outcome?.kind === 'done')
  return outcome.value as readonly AccessingDevice[]
}

test('EXTERNAL is on offer to those who show a certificate that is good for something, by either protocol', async () => {
  assert.deepEqual([await offers(web), await offers(romeos)], [true, true])
  assert.deepEqual([await offers(), await offers(strangers), await offers(authority)], [false, false, false])
  for (const certificate of [undefined, strangers]) assert.match(await tries(certificate, 'romeo@chat.cam.ac.uk'), /<invalid-mechanism\/>/)
})

describe('the web tier', () => {
  for (const [whom, authzid, condition] of [
    ['somebody who is here', 'juliet@chat.cam.ac.uk', undefined],
    ['somebody as nobody writes them', 'JULIET@Chat.cam.ac.uk', undefined],
    ['nobody in particular', '', 'invalid-authzid'],
    ['a single device', 'juliet@chat.cam.ac.uk/balcony', 'invalid-authzid'],
    ['another domain', 'juliet@capulet.lit', 'invalid-authzid'],
    ['a domain', 'chat.cam.ac.uk', 'invalid-authzid'],
    ['a name without a domain', 'juliet', 'invalid-authzid'],
    ['what is no address', '@', 'invalid-authzid'],
    ['somebody with NUL behind', 'juliet@chat.cam.ac.uk\0@capulet.lit', 'invalid-authzid'],
    ['two at once', 'juliet@chat.cam.ac.uk\0romeo@chat.cam.ac.uk', 'invalid-authzid'],
    ['somebody who is not here', 'laurence@chat.cam.ac.uk', 'not-authorized'],
    ['somebody who is locked', 'tybalt@chat.cam.ac.uk', 'account-disabled'],
  ] as const) {
    test(`speaks for ${whom}: ${condition ?? 'welcome'}`, async () => {
      await town.administer('lockUser', { localpart: 'tybalt' })
      assert.match(await tries(web, authzid), condition === undefined ? /<success/ : new RegExp(`<failure[^>]*><${condition}/>`))
    })
  }

  test('what is no UTF-8 is malformed', async () => {
    const client = await town.client(shows(web))
    const answer = await client.asks(`<auth xmlns='${SASL}' mechanism='EXTERNAL'>${base64(Buffer.of(0xff))}</auth>`, '</failure>')
    assert.match(answer, /<malformed-request\/>/)
    await client.vanishes()
  })

  test('an empty challenge asks who, where the client did not say at once (RFC 4422 appendix A)', async () => {
    const client = await town.client(shows(web))
    await client.asks(`<auth xmlns='${SASL}' mechanism='EXTERNAL'/>`, `<challenge xmlns='${SASL}'/>`)
    await client.asks(`<response xmlns='${SASL}'>${base64('juliet@chat.cam.ac.uk')}</response>`, '<success')
    await client.open()
    assert.match(await client.bind('web'), /juliet@chat\.cam\.ac\.uk\/web/)
    await client.vanishes()
  })

  test('is as many people as come to it, from one address', async () => {
    const clients: RawClient[] = []
    for (let i = 0; i < 12; i++) {
      const client = await town.client(shows(web))
      await client.asks(auth('juliet@chat.cam.ac.uk'), '<success')
      clients.push(client)
    }
    for (const client of clients) await client.vanishes()
    await Promise.all([1, 2, 3, 4].map(() => offers()))
  })

  test('over SASL2 a person is bound at once, has no token, is in the device list, and is gone when locked', async () => {
    const client = await town.client(shows(web))
    const message = base64('mercutio@chat.cam.ac.uk')
    const success = await login(client, { mechanism: 'EXTERNAL', message, client: TABLET, inline: bind() + requestToken() })
    assert.match(addressIn(success), /^mercutio@chat\.cam\.ac\.uk\/Test\//)
    assert.equal(tokenIn(success), undefined)
    const [device, ...others] = await devicesOf('mercutio')
    assert.deepEqual(
      [device?.software, device?.isConnected, device?.isWeb, device?.knowsPassword, device?.hasToken, device?.hasCertificate],
      ['Test', true, true, false, false, false],
    )
    assert.deepEqual(others, [])
    await town.administer('lockUser', { localpart: 'mercutio' })
    assert.match(await client.goes(), /<not-authorized .*This account was locked/)
    await town.administer('unlockUser', { localpart: 'mercutio' })
    assert.deepEqual(await devicesOf('mercutio'), [], 'without the web tier it has no way in')
  })

  test('comes through WebSocket and STARTTLS too', async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${town.ports.https}/xmpp-websocket`, 'xmpp', { rejectUnauthorized: false, ...shows(web) })
    await once(socket, 'open')
    const heard: string[] = []
    const until = async (wanted: string): Promise<void> => {
      while (!heard.some(text => text.includes(wanted))) heard.push(String((await once(socket, 'message'))[0]))
    }
    socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.cam.ac.uk' version='1.0'/>`)
    await until('<mechanism>EXTERNAL</mechanism>')
    socket.send(auth('juliet@chat.cam.ac.uk'))
    await until('<success')
    socket.terminate()
    const client = await RawClient.connect(town.ports.client)
    await client.open()
    await client.asks(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`, '<proceed')
    client.heard = ''
    await client.startTls(shows(web))
    assert.match(await client.open(), /EXTERNAL/)
    await client.asks(auth('juliet@chat.cam.ac.uk'), '<success')
    await client.vanishes()
  })
})

describe('a person’s own certificate', () => {
  for (const [what, certificate, authzid, condition] of [
    ['says who they are', romeos, '', undefined],
    ['and they may say it too', romeos, 'romeo@chat.cam.ac.uk', undefined],
    ['but nobody else', romeos, 'juliet@chat.cam.ac.uk', 'invalid-authzid'],
    ['of any domain', romeos, 'romeo@montague.lit', 'invalid-authzid'],
    ['with several addresses does not say which', shared, '', 'invalid-authzid'],
    ['with several addresses may be of the second', shared, 'juliet@chat.cam.ac.uk', undefined],
    ['with several addresses is of no third', shared, 'mercutio@chat.cam.ac.uk', 'invalid-authzid'],
    ['of nobody who is here', makeCertificate({ by: authority, addresses: ['laurence@chat.cam.ac.uk'] }), '', 'not-authorized'],
  ] as const) {
    test(`${what}: ${condition ?? 'welcome'}`, async () => {
      assert.match(await tries(certificate, authzid), condition === undefined ? /<success/ : new RegExp(`<failure[^>]*><${condition}/>`))
    })
  }

  test('is in the device list, also of a device that is gone, which nobody can promise to shut out', async () => {
    const client = await town.client(shows(romeos))
    assert.match(await login(client, { mechanism: 'EXTERNAL', message: '', inline: bind() }), /<success/)
    await client.vanishes()
    const device = (await devicesOf('romeo')).find(({ software }) => software === 'Test')
    assert.deepEqual([device?.isConnected, device?.hasCertificate, device?.isWeb, device?.knowsPassword], [false, true, false, false])
    const desk = await town.login('desk')
    const refused = await desk.asks(
      `<iq type='set' id='revoke'><revoke xmlns='urn:xmpp:cam:0' id='${device?.id}'/></iq>`,
      /id='revoke'\/>|<\/iq>/,
    )
    assert.match(refused, /<service-unavailable /)
    await desk.vanishes()
  })
})

for (const version of ['TLSv1.2', 'TLSv1.3'] satisfies SecureVersion[]) {
  test(`over ${version} a session that is resumed has the certificate that it began with, and no other`, async () => {
    const range = { minVersion: version, maxVersion: version }
    const sessionOf = async (certificate?: TestCertificate): Promise<Buffer> => {
      const client = await RawClient.connect(town.ports.clientTls)
      await client.startTls({ ALPNProtocols: ['xmpp-client'], ...range, ...(certificate && shows(certificate)) })
      let session = client.tls.getSession()
      client.tls.on('session', fresh => (session = fresh))
      await client.open()
      await client.vanishes()
      assert(session)
      return session
    }
    const resumes = async (session: Buffer, certificate?: TestCertificate): Promise<readonly [isReused: boolean, outcome: string]> => {
      const client = await town.client({ ...range, session, ...(certificate && shows(certificate)) })
      const isReused = client.tls.isSessionReused()
      const answer = await client.asks(auth('juliet@chat.cam.ac.uk'), /<success[^>]*\/>|<\/failure>/)
      await client.vanishes()
      return [isReused, /<(success|invalid-[\w-]+)/.exec(answer)?.[1] ?? answer]
    }
    assert.deepEqual(await resumes(await sessionOf(web)), [true, 'success'])
    assert.deepEqual(await resumes(await sessionOf(romeos), web), [true, 'invalid-authzid'])
    assert.deepEqual(await resumes(await sessionOf(), web), [true, 'invalid-mechanism'])
  })
}

test('a certificate that the configuration does not name any more is worth nothing, also in a TLS session that began before', async () => {
  const client = await RawClient.connect(town.ports.clientTls)
  await client.startTls({ ALPNProtocols: ['xmpp-client'], ...shows(web) })
  let session = client.tls.getSession()
  client.tls.on('session', fresh => (session = fresh))
  await client.open()
  await client.vanishes()
  const now = { ...town.settings, ...settings }
  await town.server.reload({ ...now, web: { ...now.web, certificateFingerprints: [web.fingerprint, nextWeb.fingerprint] } })
  assert.deepEqual([await offers(web), await offers(nextWeb)], [true, true])
  await town.server.reload({ ...now, web: { ...now.web, certificateFingerprints: [nextWeb.fingerprint] } })
  assert.deepEqual([await offers(web), await offers(nextWeb), await offers(undefined, { session })], [false, true, false])
  await town.server.reload({
    ...now,
    users: { ...now.users, certificateAuthorities: undefined },
    web: { ...now.web, certificateFingerprints: [] },
  })
  assert.deepEqual([await offers(romeos), await offers(nextWeb)], [false, false])
  await assert.rejects(
    town.server.reload({ ...now, users: { ...now.users, certificateAuthorities: join(folder, 'none.pem') } }),
    /none\.pem cannot be read/,
  )
  assert.equal(await offers(romeos), false, 'nothing changed')
  await town.server.reload(now)
})

test('whoever signs in for the first time has an account at once, where the policy says so', async () => {
  await town.server.reload({ ...town.settings, ...settings, web: { ...settings.web, createAccounts: true } })
  const client = await town.client(shows(web))
  assert.match(await login(client, { mechanism: 'EXTERNAL', message: base64('laurence@chat.cam.ac.uk'), inline: bind() }), /<success/)
  assert.match(await client.settles(), /type='result'/)
  await client.vanishes()
  assert.match(await tries(web, '-@chat.cam.ac.uk'), /<not-authorized\/>/)
  const byPassword = await login(await town.client(), { person: 'laurence', password: '' })
  assert.equal(conditionIn(byPassword), 'malformed-request')
})
