/** The sample campus as `npm start` runs it, chat server and web tier in one process, with a line to the web tier that can be cut. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { promisify } from 'node:util'
import { Proxy } from '../client/proxy.ts'
import { ServerChild } from '../target/child.ts'
import { takeOffset } from '../target/ports.ts'
import type { Target } from '../target/target.ts'
import { missingChromium } from './chromium.ts'

const PACKAGES = join(import.meta.dirname, '../../../packages')
const COMMAND = join(PACKAGES, 'plodge/src/plodge.js')
const SIGN_ON = join(PACKAGES, 'testkit/src/sign-on/main.ts')
const PREVIEWING_TIER = join(import.meta.dirname, 'previewing-tier.ts')
const PUSHING_SERVER = join(import.meta.dirname, 'pushing-server.ts')
const run = promisify(execFile)

export interface Campus {
  /** Where browsers find it. */
  readonly url: string
  /** The port of the web tier itself, and the folder with its certificate and key, `cert.pem` and `key.pem`. */
  readonly port: number
  readonly folder: string
  readonly signOnUrl: string
  readonly line: Proxy
  readonly server: ServerChild
  /** The chat server as other clients see it; everybody’s password is `test`. */
  readonly target: Target
  does(...words: readonly string[]): Promise<string>
  stop(): Promise<void>
}

/** Soon, and not only how many. */
const PUSHES = '\n[push]\ncontent = "text"\ninterval_seconds = 1\n'

/** The plain page, which needs no build. */
export const PLAIN_PAGE = join(PACKAGES, 'web/src/page')
export const BUILT_CLIENT = join(PACKAGES, 'webclient/dist')
/** Why it cannot be tried; undefined when it can. */
export const missingBuild = existsSync(join(BUILT_CLIENT, 'index.html')) ? undefined : 'the web client is not built'
export const missingClient = missingChromium ?? missingBuild

export interface CampusOptions {
  /** A port of this machine whose pages stand for those of the open internet: links to it are previewed. */
  readonly previewsFrom?: number
  /** Browsers come by a reverse proxy of this machine, at that port. */
  readonly proxyPort?: number
  /** A port of this machine that stands for a push service of the open internet; pushes tell who wrote. */
  readonly pushesTo?: number
  /** People may sign in with the password of their chat account. */
  readonly takesPasswords?: boolean
  /** The sign-on is asked again after so long. */
  readonly askAgainMinutes?: number
}

export async function startCampus(
  client: string = PLAIN_PAGE,
  { previewsFrom, proxyPort, askAgainMinutes, pushesTo, takesPasswords }: CampusOptions = {},
): Promise<Campus> {
  const folder = join(mkdtempSync(join(tmpdir(), 'e2e-web-')), 'campus')
  const remove = (): void => rmSync(join(folder, '..'), { recursive: true })
  const ports = await makeCampus(folder)
  const config = join(folder, 'plodge.toml')
  const text = readFileSync(config, 'utf8')
  const line = await Proxy.to('127.0.0.1', ports.web)
  const url = `https://localhost:${proxyPort ?? line.port}`
  const trusted = proxyPort === undefined ? '' : '\ntrusted_proxies = ["127.0.0.1"]'
  const passwords = takesPasswords === true ? '\npassword_sign_in = true' : ''
  const again = askAgainMinutes === undefined ? '' : `\nask_again_minutes = ${askAgainMinutes}`
  writeFileSync(
    config,
    text.replace(/public_url = .*/, `public_url = "${url}"\nclient = "${client}"${trusted}${again}${passwords}`) +
      (pushesTo === undefined ? '' : PUSHES),
  )
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(join(folder, 'cert.pem'), 'utf8')])
  const isReady = (output: string): boolean => /^ready\b/m.test(output)
  const role = previewsFrom === undefined ? 'all' : 'chat'
  const args = pushesTo === undefined ? [COMMAND, 'start', '--role', role, '--config', config] : [PUSHING_SERVER, config, String(pushesTo)]
  const env = { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') }
  const server = new ServerChild({ file: process.execPath, args, isReady, ...(pushesTo !== undefined && { env }) })
  const tier = new ServerChild({ file: process.execPath, args: [PREVIEWING_TIER, config, String(previewsFrom)], isReady })
  const signOn = new ServerChild({ file: process.execPath, args: [SIGN_ON, folder, String(ports.signOn)], isReady })
  await Promise.all([server.start(), signOn.start()])
  if (previewsFrom !== undefined) await tier.start()
  return {
    url,
    port: ports.web,
    folder,
    signOnUrl: `https://localhost:${ports.signOn}`,
    line,
    server,
    target: targetAt(folder, ports),
    does: async (...words) => (await run(process.execPath, [COMMAND, ...words, '--config', config])).stdout,
    async stop() {
      if (previewsFrom !== undefined) await tier.stop()
      await Promise.all([line.close(), server.stop(), signOn.stop()])
      remove()
    },
  }
}

const targetAt = (folder: string, { client, clientTls, https }: Ports): Target => ({
  host: '127.0.0.1',
  port: client,
  tlsPort: clientTls,
  wsUrl: `wss://localhost:${https}/xmpp-websocket`,
  certificate: readFileSync(join(folder, 'cert.pem'), 'utf8'),
  certificateFile: join(folder, 'cert.pem'),
  domain: 'localhost',
  accounts: [],
})

interface Ports {
  readonly client: number
  readonly clientTls: number
  readonly https: number
  readonly web: number
  readonly signOn: number
}

/** All its ports move together; another program may have one of them. */
async function makeCampus(folder: string): Promise<Ports> {
  for (let attempt = 0; ; attempt++) {
    const offset = await takeOffset()
    try {
      const { stdout } = await run(process.execPath, [COMMAND, 'sample', folder, '--port-offset', String(offset), '--json'])
      return (JSON.parse(stdout) as { ports: Ports }).ports
    } catch (error) {
      if (attempt === 4) throw error
    }
  }
}
