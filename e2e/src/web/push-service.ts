/**
 * Stands for the push service of a browser's maker (RFC 8030), which Debian's Chromium has none of: it takes what a server sends to an address of its
 * own, checks whose it is (RFC 8292), and opens it as the browser would (RFC 8291 §3), because it made the keys itself.
 */
import assert from 'node:assert/strict'
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type Server, createServer } from 'node:https'

const OWN = createECDH('prime256v1')
const POINT = OWN.generateKeys()
const AUTH = randomBytes(16)

export class PushService {
  readonly #server: Server
  readonly #port: number
  readonly #pushes: string[] = []
  #came = (): void => {}
  /** Of an application server: what the page subscribed with. */
  key: string | undefined
  /** From now on there is no such subscription (RFC 8030 §7.3). */
  isGone = false

  constructor(port: number, tls: { readonly cert: string; readonly key: string }) {
    this.#port = port
    this.#server = createServer(tls, (request, response) => {
      void this.#take(request).then(
        status => response.writeHead(status).end(),
        (error: unknown) => response.writeHead(400).end(String(error)),
      )
    })
  }

  async start(): Promise<void> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening')
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  get endpoint(): string {
    return `https://127.0.0.1:${this.#port}/send/1`
  }

  /** What pages have in place of a browser's own: asks nobody, and gives addresses and keys of this service. */
  get stub(): string {
    return `{
      const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), sign => sign.charCodeAt(0)).buffer
      const KEPT = 'stand-in push key'
      const subscription = () => {
        const key = localStorage.getItem(KEPT)
        return key === null ? null : {
          endpoint: ${JSON.stringify(this.endpoint)},
          options: { applicationServerKey: bytes(key), userVisibleOnly: true },
          getKey: name => bytes(name === 'auth' ? '${AUTH.toString('base64url')}' : '${POINT.toString('base64url')}'),
          unsubscribe: async () => (localStorage.removeItem(KEPT), true),
        }
      }
      PushManager.prototype.getSubscription = async () => subscription()
      PushManager.prototype.subscribe = async ({ applicationServerKey }) => (localStorage.setItem(KEPT, applicationServerKey), subscription())
    }`
  }

  /** The next that was pushed, opened. */
  async next(): Promise<string> {
    while (this.#pushes.length === 0) await new Promise<void>(resolve => (this.#came = resolve))
    return this.#pushes.shift() ?? ''
  }

  get waiting(): number {
    return this.#pushes.length
  }

  async #take(request: IncomingMessage): Promise<number> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    if (this.isGone) return 410
    const { headers, method, url } = request
    assert.deepEqual([method, url, headers['content-encoding']], ['POST', '/send/1', 'aes128gcm'])
    assert.ok(Number(headers['ttl']) > 0)
    this.key = keyIn(headers.authorization ?? '', `https://127.0.0.1:${this.#port}`)
    this.#pushes.push(opened(Buffer.concat(parts)))
    this.#came()
    return 201
  }
}

/** RFC 8292 §2: a token for this very service, signed with the key that comes along. */
function keyIn(authorization: string, audience: string): string {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? assert.fail(authorization)
  const [head = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const its = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const isIts = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: its, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  assert.ok(isIts)
  const { aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly aud: string; readonly exp: number }
  assert.equal(aud, audience)
  assert.ok(exp > Date.now() / 1000)
  return key
}

function opened(body: Buffer): string {
  const [salt, theirs, sealed] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)]
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), POINT, theirs])
  const material = Buffer.from(hkdfSync('sha256', OWN.computeSecret(theirs), AUTH, info, 32))
  const derived = (what: string, bytes: number) => Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${what}\0`, bytes))
  const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12))
  decipher.setAuthTag(sealed.subarray(-16))
  const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  assert.equal(text.at(-1), 2)
  return text.subarray(0, -1).toString()
}
