import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { town } from '@plodge/testkit/town.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { EnablePush, PUBLISH_OPTIONS, PublishNotification } from '@plodge/xmpp/xeps/push.ts'
import { archive } from '../archive/archive.ts'
import { push } from '../push/push.ts'
import { type Parcel, post } from './post.ts'
import { subscriptionIn } from './subscription.ts'
import { Vapid } from './vapid.ts'
import { webPush } from './web-push.ts'

const SERVICE = 'push.chat.cam.ac.uk'
const JULIET = 'juliet@chat.cam.ac.uk'
const SECRET = Buffer.alloc(32, 7)

/** A browser: its keys, and what it makes of what arrives (RFC 8291 §3). */
function makeBrowser() {
  const own = createECDH('prime256v1')
  const point = own.generateKeys()
  const auth = randomBytes(16)
  const form = (endpoint: string): DataForm =>
    namedForm(
      'submit',
      PUBLISH_OPTIONS,
      Object.entries({ endpoint, p256dh: point.toString('base64url'), auth: auth.toString('base64url') }).map(([name, value]) =>
        formField(name, { values: [value] }),
      ),
    )
  const reads = (body: Buffer): unknown => {
    const [salt, theirs, sealed] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)]
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), point, theirs])
    const material = Buffer.from(hkdfSync('sha256', own.computeSecret(theirs), auth, info, 32))
    const derived = (what: string, bytes: number) => Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${what}\0`, bytes))
    const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12))
    decipher.setAuthTag(sealed.subarray(-16))
    const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    assert.equal(text.at(-1), 2)
    return JSON.parse(text.subarray(0, -1).toString())
  }
  return { form, reads }
}

/** Whether a token (RFC 8292) is by the key that browsers subscribe with. */
function claimsIn(authorization: string, publicKey: string): Record<string, unknown> {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? assert.fail(authorization)
  assert.equal(key, publicKey)
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const jwk = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } })
  const signed = Buffer.from(`${head}.${claims}`)
  assert.ok(verify('sha256', signed, { key: jwk, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')))
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
}

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

describe('Web Push', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-push-'))
  const received: Received[] = []
  let status = 201
  let arrived: (() => void) | undefined
  let close: () => Promise<unknown>
  let origin = ''
  let authorities = ''
  before(async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:push.example,IP:127.0.0.1']
    execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...names], { stdio: 'ignore' })
    authorities = readFileSync(certificate, 'utf8')
    const server = createServer({ key: readFileSync(key), cert: authorities }, (request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => void parts.push(part))
      request.on('end', () => {
        received.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(parts) })
        response.writeHead(status, status === 302 ? { Location: 'https://127.0.0.1/inside' } : {}).end()
        arrived?.()
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    origin = `https://push.example:${(server.address() as AddressInfo).port}`
    close = () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    }
  })
  after(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })

  function pushTown() {
    received.length = 0
    status = 201
    const vapid = new Vapid(SECRET, () => 'mailto:postmaster@cam.ac.uk')
    const sends = (parcel: Parcel): Promise<number | undefined> =>
      post(parcel, { mayReach: () => true, resolve: async () => ['127.0.0.1'], authorities })
    const parts = town({
      modules: ({ store, rosters }) => [
        archive({
          archive: store.archive,
          documents: store.documents,
          rosters,
          settings: { enabled: true, default: 'always', search: true },
        }),
        push({
          documents: store.documents,
          settings: () => ({ content: 'nothing', intervalSeconds: 5, inactiveSeconds: 60 }),
          most: () => 3,
        }),
        webPush({ domain: Jid.parse(SERVICE)?.account ?? assert.fail(), vapid, post: sends }),
      ],
    })
    return { ...parts, vapid }
  }
  const comes = (): Promise<void> => new Promise(resolve => (arrived = resolve))

  test('a browser that sleeps gets how many messages wait, which it alone can read, from whom it subscribed with, and nothing else', async () => {
    const { client, vapid, settled } = pushTown()
    const { form, reads } = makeBrowser()
    const page = client('juliet/page')
    await page.comes()
    const { forms } = await page.asks(AskInfo, { node: undefined }, { to: SERVICE })
    assert.deepEqual(forms[0]?.fields.find(({ name }) => name === 'key')?.values, [vapid.publicKey])
    await page.asks(EnablePush, { service: SERVICE, node: 'n1', options: form(`${origin}/send/abc?x=1`) })
    await page.leaves()
    const coming = comes()
    await client('romeo/orchard').says(`<message to='${JULIET}' type='chat'><body>What light</body></message>`)
    await coming
    await settled()
    const [one, ...more] = received
    assert.deepEqual(more, [])
    assert.deepEqual([one?.method, one?.url], ['POST', '/send/abc?x=1'])
    assert.equal(one?.headers['content-encoding'], 'aes128gcm')
    assert.equal(one?.headers['ttl'], '86400')
    assert.match(one?.headers['topic'] as string, /^[\w-]{1,32}$/)
    assert.deepEqual(reads(one?.body ?? Buffer.alloc(0)), { count: 1 })
    const claims = claimsIn(one?.headers.authorization ?? '', vapid.publicKey)
    assert.equal(claims['aud'], origin)
    assert.equal(claims['sub'], 'mailto:postmaster@cam.ac.uk')
  })

  for (const [what, code] of [
    ['gone', 410],
    ['unknown', 404],
  ] as const)
    test(`a subscription that is ${what} is forgotten`, async () => {
      const { client, settled, clock } = pushTown()
      const page = client('juliet/page')
      await page.comes()
      await page.asks(EnablePush, { service: SERVICE, node: 'n1', options: makeBrowser().form(`${origin}/send`) })
      await page.leaves()
      status = code
      const coming = comes()
      const romeo = client('romeo/orchard')
      await romeo.says(`<message to='${JULIET}' type='chat'><body>one</body></message>`)
      await coming
      await settled()
      clock.advance({ seconds: 3600 })
      await romeo.says(`<message to='${JULIET}' type='chat'><body>two</body></message>`)
      await settled()
      assert.equal(received.length, 1)
    })

  const publish = (endpoint: string, form = makeBrowser().form(endpoint)) => ({
    publish: { node: 'n', item: { notification: { payload: [] } } },
    options: { form },
  })

  test('nobody but the server itself has it ask addresses', async () => {
    const { client } = pushTown()
    const asked = client('romeo/orchard').asks(PublishNotification, publish(`${origin}/send`), { to: SERVICE })
    await assert.rejects(asked, { condition: 'forbidden' })
    assert.deepEqual(received, [])
  })

  test('inside addresses are never asked, whatever name they have, and no redirect leads there', async () => {
    const needs = { mayReach: (address: string) => !address.startsWith('127.'), authorities }
    const parcel = { authorization: '', body: Buffer.from('x'), topic: 't' }
    received.length = 0
    const port = new URL(origin).port
    for (const host of ['127.0.0.1', '0x7f.1', '2130706433', 'push.example'])
      assert.equal(
        await post(
          { ...parcel, endpoint: new URL(`https://${host}:${port}/`) },
          { ...needs, resolve: async () => ['93.184.216.34', '127.0.0.1'] },
        ),
        undefined,
      )
    assert.deepEqual(received, [])
    status = 302
    const all = { mayReach: () => true, resolve: async () => ['127.0.0.1'], authorities }
    assert.equal(await post({ ...parcel, endpoint: new URL(`${origin}/`) }, all), 302)
    assert.equal(received.length, 1)
  })

  test('a form that is none of a browser is refused, which ends the registration', () => {
    const { form } = makeBrowser()
    assert.equal(subscriptionIn(form('https://push.example/a')).endpoint.href, 'https://push.example/a')
    for (const endpoint of [
      'http://push.example/',
      'https://user:word@push.example/',
      'nonsense',
      `https://push.example/${'a'.repeat(3000)}`,
    ])
      assert.throws(() => subscriptionIn(form(endpoint)), { condition: 'bad-request' })
    assert.throws(() => subscriptionIn(undefined), { condition: 'bad-request' })
    const { fields } = form('https://push.example/a')
    for (const name of ['p256dh', 'auth']) {
      const without = namedForm(
        'submit',
        PUBLISH_OPTIONS,
        fields.filter(field => field.name !== name && field.name !== 'FORM_TYPE'),
      )
      assert.throws(() => subscriptionIn(without), { condition: 'bad-request' })
    }
  })
})
