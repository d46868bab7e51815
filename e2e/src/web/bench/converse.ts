/** Converse, of npm's package, on a page of its own beside the same chat server: compressed as well as ours is, its files kept as long. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:https'
import { type AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'

export const VERSION = '14.0.0'
const FOLDER = join(import.meta.dirname, '../../../../node_modules/.cache/plodge-bench')
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
}
const run = promisify(execFile)

/** Fetched once, like the servers of the other benchmark; no part of our dependencies. */
export async function fetchConverse(): Promise<string> {
  const unpacked = join(FOLDER, 'package/dist')
  if (existsSync(unpacked)) return unpacked
  mkdirSync(FOLDER, { recursive: true })
  await run('npm', ['pack', '--silent', `converse.js@${VERSION}`], { cwd: FOLDER })
  await run('tar', ['xzf', `converse.js-${VERSION}.tgz`], { cwd: FOLDER })
  return unpacked
}

export interface ConversePage {
  readonly url: string
  readonly stop: () => Promise<void>
}

export interface Account {
  readonly jid: string
  readonly password: string
  readonly websocket: string
}

/** `?form` shows the form for logging in instead of doing it. */
export async function serveConverse(
  dist: string,
  tls: { readonly key: Buffer; readonly cert: Buffer },
  account: Account,
): Promise<ConversePage> {
  const kept = new Map<string, { readonly type: string; readonly bytes: Buffer }>()
  const server: Server = createServer(tls, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://x')
    const found = pathname === '/' ? page(account, searchParams.has('form')) : file(dist, pathname, kept)
    if (!found) return response.writeHead(404).end()
    response.writeHead(200, { 'Content-Type': found.type, 'Content-Encoding': 'br', 'Cache-Control': 'max-age=31536000' })
    return response.end(found.bytes)
  })
  // The chat server is at the same place, as a reverse proxy would have it.
  server.on('upgrade', (request, socket, head) => {
    const { port } = new URL(account.websocket)
    const there = connect({ host: '127.0.0.1', port: Number(port), servername: 'localhost', ca: tls.cert })
    const lines = Array.from(
      { length: request.rawHeaders.length / 2 },
      (_, at) => `${request.rawHeaders[2 * at]}: ${request.rawHeaders[2 * at + 1]}`,
    )
    there.write([`GET /xmpp-websocket HTTP/1.1`, ...lines, '', ''].join('\r\n'))
    there.write(head)
    socket.pipe(there).pipe(socket)
    for (const one of [socket, there]) one.on('error', () => (socket.destroy(), there.destroy()))
  })
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise(resolve => (server.closeAllConnections(), server.close(() => resolve()))),
  }
}

const compressed = (bytes: Buffer | string): Buffer => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })

function file(dist: string, path: string, kept: Map<string, { readonly type: string; readonly bytes: Buffer }>) {
  const known = kept.get(path)
  if (known) return known
  const place = join(dist, path)
  if (!place.startsWith(dist) || !existsSync(place)) return undefined
  const made = { type: TYPES[place.split('.').at(-1) ?? ''] ?? 'application/octet-stream', bytes: compressed(readFileSync(place)) }
  kept.set(path, made)
  return made
}

function page({ jid, password }: Account, isForm: boolean) {
  const settings: Record<string, unknown> = {
    assets_path: '/',
    view_mode: 'fullscreen',
    discover_connection_methods: false,
    loglevel: 'error',
    theme: 'default',
    clear_cache_on_logout: true,
    enable_smacks: false,
    i18n: 'en',
    ...(!isForm && { auto_login: true, jid, password }),
  }
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Converse</title><link rel="stylesheet" href="/converse.min.css"></head><body class="converse-fullscreen"><div id="conversejs-bg"></div><script type="module">import '/converse.min.js';converse.plugins.add('bench',{initialize(){window.bench=this._converse}});converse.initialize({...${JSON.stringify(settings)},websocket_url:'wss://'+location.host+'/xmpp-websocket',whitelisted_plugins:['bench']})</script></body></html>`
  return { type: 'text/html; charset=utf-8', bytes: compressed(html) }
}
