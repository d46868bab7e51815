/** Plodge as the target: the command that an operator runs, on its own folder, certificate and ports. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './certificate.ts'
import { ServerChild } from './child.ts'
import { freePorts } from './ports.ts'
import { type Account, type RunningTarget, type TargetOptions, accountsOf } from './target.ts'

const DOMAIN = 'localhost'
const COMMAND = join(import.meta.dirname, '../../../packages/plodge/src/plodge.js')
/** What the operator's manual promises. */
const LONGEST_STOP_MS = 5000

export async function startPlodge({
  people = 12,
  data,
  limits = {},
  roles = { operator: [], helpdesk: [] },
  listen = '',
  more = '',
  users = '',
}: TargetOptions): Promise<RunningTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-plodge-'))
  const dataFolder = data ?? join(folder, 'data')
  mkdirSync(dataFolder, { recursive: true })
  const pair = makeCertificate(folder, DOMAIN)
  const [port = 0, tlsPort = 0, httpsPort = 0] = await freePorts(3)
  const accounts = accountsOf(people)
  const config = join(folder, 'plodge.toml')
  writeFileSync(join(folder, 'people.passwd'), accounts.map(feedLine).join(''))
  const write = (tables: string): void =>
    writeFileSync(
      config,
      configuration({ data: dataFolder, port, tlsPort, httpsPort, roles, listen, users }, { rates: false, ...limits }) + tables,
    )
  write(more)
  const child = new ServerChild({
    file: process.execPath,
    args: [process.env['PLODGE_COMMAND'] ?? COMMAND, 'start', '--config', config],
    isReady: output => /^ready\b/m.test(output),
  })
  await child.start()
  return {
    name: 'plodge',
    host: '127.0.0.1',
    port,
    tlsPort,
    wsUrl: `wss://${DOMAIN}:${httpsPort}/xmpp-websocket`,
    certificate: pair.pem,
    certificateFile: pair.certificate,
    domain: DOMAIN,
    accounts,
    get pid() {
      return child.pid
    },
    get ending() {
      return child.ending
    },
    log: () => child.output,
    kill: () => child.kill(),
    start: () => child.start(),
    async reconfigure(tables) {
      write(tables)
      const before = child.output.length
      process.kill(child.pid, 'SIGHUP')
      await child.says(/configuration read again/, before)
    },
    async stop() {
      const { code, signal, milliseconds } = await child.stop()
      rmSync(folder, { recursive: true })
      if (code === 0 && milliseconds < LONGEST_STOP_MS) return
      throw new Error(
        `The server was to stop within 5 s with exit code 0; it took ${Math.round(milliseconds)} ms, code ${code}, signal ${signal}:\n${child.output.slice(-2000)}`,
      )
    },
  }
}

interface Places {
  readonly data: string
  readonly port: number
  readonly tlsPort: number
  readonly httpsPort: number
  readonly listen: string
  readonly roles: NonNullable<TargetOptions['roles']>
  readonly users: string
}

const configuration = (
  { data, port, tlsPort, httpsPort, roles, listen, users }: Places,
  limits: Readonly<Record<string, number | boolean>>,
): string => `
domain = "${DOMAIN}"
data = "${data}"
[listen]
client = "127.0.0.1:${port}"
client_tls = "127.0.0.1:${tlsPort}"
https = "127.0.0.1:${httpsPort}"
metrics = false
${listen}
[tls]
certificate = "cert.pem"
key = "key.pem"
[users]
password_feed = "people.passwd"
${users}
[roles]
operator = ${JSON.stringify(roles.operator)}
helpdesk = ${JSON.stringify(roles.helpdesk)}
[limits]
${Object.entries(limits)
  .map(([key, value]) => `${key} = ${value}\n`)
  .join('')}`

/** A salted hash, as a directory exports it: the first log-in is by PLAIN, and SCRAM works from then on. */
function feedLine({ name, password }: Account): string {
  const salt = randomBytes(8)
  const digest = createHash('sha512').update(password).update(salt).digest()
  return `${name}:{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}\n`
}
