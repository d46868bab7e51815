/** For tests: a web tier on a port of its own, a sign-on server beside it, a chat server that does as it is told, and browsers. */
import { execFileSync } from 'node:child_process'
import { type KeyObject, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Clock } from '@plodge/testkit/clock.ts'
import { Wls } from '@plodge/testkit/sign-on/wls.ts'
import { WebSocket, WebSocketServer } from 'ws'
import { startWeb } from './main.ts'
import type { WebTierSettings } from './settings.ts'

export const HOST = 'chat.test'
export const ORIGIN = `https://${HOST}`
const SIGN_ON = 'https://sign-on.test'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the chat server does with a frame after the log-in. */
export type Chat = (frame: string, socket: WebSocket) => void

export interface Tier extends AsyncDisposable {
  readonly clock: Clock
  readonly wls: Wls
  readonly signer: { readonly kid: string; readonly key: KeyObject }
  readonly port: number
  readonly metricsPort: number
  /** What the chat server does; `login` answers <auth/>. */
  readonly chat: {
    heard: Chat
    /** `browser` is what the tier says before of the browser. */
    login: (authzid: string, browser: string) => string
    readonly sockets: Set<WebSocket>
    /** Of those who logged in. */
    readonly certificates: string[]
    /** What the tier says on its own stream. */
    watched: Chat
  }
  readonly logged: { readonly details: object; readonly message: string }[]
  /** Where its certificate and the sign-on's keys are. */
  readonly folder: string
  browser(): Browser
  reload(changed?: Partial<WebTierSettings>): Promise<void>
  stop(): Promise<void>
}

type Changed = Partial<WebTierSettings> | ((files: { readonly certificate: string; readonly key: string }) => Partial<WebTierSettings>)

/** `begin` is called before the tier comes to the chat server. */
export async function tier(changed: Changed = {}, begin: (chat: Tier['chat']) => void = () => {}): Promise<Tier> {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-web-'))
  const { certificate, key } = makeCertificate(folder, 'first')
  const pair = generateKeyPairSync('rsa', { modulusLength: 1024 })
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys/pubkey7'), pair.publicKey.export({ type: 'pkcs1', format: 'pem' }))
  const clock = new Clock()
  const signer = { kid: '7', key: pair.privateKey }
  const people = ['spqr2', 'fanf2', 'Nobody', 'left1'].map(principal => ({ principal, isCurrent: principal !== 'left1' }))
  const wls = new Wls({ people, password: 'test', signer, clock: clock.now })
  const { chat, server } = await chatServer(certificate, key)
  begin(chat)
  const chatPort = (server.address() as { port: number }).port
  const logged: { details: object; message: string }[] = []
  const log = (details: object, message: string): void => void logged.push({ details, message })
  const settings: WebTierSettings = {
    domain: HOST,
    localpart: /^[a-z][a-z0-9]{1,7}$/u,
    listen: [{ host: '127.0.0.1', port: 0 }],
    metrics: [{ host: '127.0.0.1', port: 0 }],
    publicUrl: ORIGIN,
    client: undefined,
    uploads: undefined,
    previews: undefined,
    tls: { certificate, key },
    chat: { host: '127.0.0.1', port: chatPort, certificate, key, authorities: certificate },
    signOn: {
      kind: 'ucam-webauth',
      url: `${SIGN_ON}/auth/authenticate.html`,
      logoutUrl: `${SIGN_ON}/auth/logout.html`,
      keys: join(folder, 'keys'),
      asksAnew: false,
      allowsLeavers: false,
    },
    sessionsFile: join(folder, 'sessions.json'),
    takesPasswords: false,
    trustedProxies: [],
    sessionHours: 8,
    idleMinutes: 30,
    askAgainMinutes: Infinity,
    ...(typeof changed === 'function' ? changed({ certificate, key }) : changed),
  }
  const web = await startWeb(settings, { info: log, warn: log, error: log }, clock.now)
  const port = web.addresses.web[0]?.port ?? 0
  return {
    clock,
    wls,
    signer,
    port,
    metricsPort: web.addresses.webMetrics[0]?.port ?? 0,
    chat,
    logged,
    folder,
    browser: () => new Browser(port, wls),
    reload: (again = {}) => web.reload({ ...settings, ...again }),
    stop: () => web.stop(),
    async [Symbol.asyncDispose]() {
      await web.stop()
      for (const socket of chat.sockets) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(folder, { recursive: true })
    },
  }
}

/** Files in PEM, and what is in the first. */
export function makeCertificate(
  folder: string,
  name: string,
): { readonly certificate: string; readonly key: string; readonly pem: string } {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`]
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...names], { stdio: 'pipe' })
  return { certificate, key, pem: readFileSync(certificate, 'utf8') }
}

async function chatServer(certificate: string, key: string) {
  const chat: Tier['chat'] = {
    heard: () => {},
    login: () => `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`,
    sockets: new Set(),
    certificates: [],
    watched: () => {},
  }
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key), requestCert: true, rejectUnauthorized: false })
  const sockets = new WebSocketServer({ server, path: '/xmpp-websocket' })
  sockets.on('connection', (socket, { socket: secure }) => {
    chat.sockets.add(socket)
    let isThrough = false
    let isWatching = false
    let browser = ''
    socket.on('error', () => {})
    socket.on('close', () => chat.sockets.delete(socket))
    socket.on('message', (data: Buffer) => {
      const frame = data.toString('utf8')
      if (isThrough) return chat.heard(frame, socket)
      isWatching ||= frame.startsWith('<watch')
      if (isWatching) return chat.watched(frame, socket)
      if (frame.startsWith('<open')) {
        socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='${HOST}' id='x' version='1.0'/>`)
        return socket.send(
          `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>`,
        )
      }
      if (frame.startsWith('<browser')) {
        browser = frame
        return undefined
      }
      chat.certificates.push((secure as import('node:tls').TLSSocket).getPeerX509Certificate()?.subject ?? 'none')
      const authzid = Buffer.from(/>([^<]*)</.exec(frame)?.[1] ?? '', 'base64').toString('utf8')
      const answer = chat.login(authzid, browser)
      isThrough = answer.startsWith('<success')
      return socket.send(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { chat, server }
}

/** It keeps cookies, and goes where it is sent when it is told to. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #port: number
  readonly #wls: Wls

  constructor(port: number, wls: Wls) {
    this.#port = port
    this.#wls = wls
  }

  async asks(
    path: string,
    { method = 'GET', headers = {}, body }: { readonly method?: string; readonly headers?: object; readonly body?: string } = {},
  ): Promise<Answered> {
    const sent = request({
      host: '127.0.0.1',
      port: this.#port,
      rejectUnauthorized: false,
      agent: false,
      method,
      path,
      headers: { Host: HOST, ...this.#cookie(), ...headers },
    })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    for (const line of response.headers['set-cookie'] ?? []) this.#keep(line)
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
  }

  /** From our page to the sign-on, where somebody types a name; gives where they are sent then. */
  async goesToSignOn(principal = 'spqr2', what = 'sign-in'): Promise<string> {
    const { headers } = await this.asks('/sign-on')
    const to = new URL(headers.location ?? '')
    const body = new URLSearchParams({ do: what, principal, password: 'test' }).toString()
    const reply = this.#wls.handle({ method: 'POST', path: to.pathname + to.search, cookie: '', body })
    const back = new URL(reply.headers['Location'] ?? '')
    return back.pathname + back.search
  }

  async signsIn(principal = 'spqr2'): Promise<Answered> {
    return this.asks(await this.goesToSignOn(principal))
  }

  /** A WebSocket from our page, unless it is told otherwise. */
  socket(headers: object = {}, path = '/xmpp-websocket', protocol = 'xmpp'): WebSocket {
    const own = { Host: HOST, Origin: ORIGIN, ...this.#cookie() }
    return new WebSocket(`wss://127.0.0.1:${this.#port}${path}`, protocol, {
      rejectUnauthorized: false,
      headers: { ...own, ...headers },
    })
  }

  #cookie(): object {
    return this.cookies.size === 0 ? {} : { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
