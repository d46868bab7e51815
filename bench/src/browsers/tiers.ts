/** Plodge's chat server and its web tier, each a process of its own, of one configuration. */

import type { ChildProcess } from 'node:child_process'
import { X509Certificate, generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { domain } from '../people.ts'
import { command } from '../servers/plodge.ts'
import { end, freePort, launch } from '../servers/running.ts'
import { type Workshop, makeCertificate } from '../workshop.ts'

export type Role = 'chat' | 'web'

export interface Tiers extends AsyncDisposable {
  readonly port: number
  readonly certificate: string
  readonly kid: string
  readonly signingKey: string
  pid(role: Role): number
  /** Stops it as an operator does, starts it again; gives when it was ready, in milliseconds since 1970. */
  restart(role: Role): Promise<number>
}

const kid = '700'
const patienceMs = 30_000

export async function startTiers(workshop: Workshop): Promise<Tiers> {
  const folder = join(workshop.folder, 'tiers')
  cpSync(workshop.templates.get('plodge') ?? '', folder, { recursive: true })
  const { certificate, key } = makeCertificate(folder)
  const signingKey = join(folder, 'signing.pem')
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  mkdirSync(join(folder, 'sign-on'))
  writeFileSync(signingKey, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(join(folder, `sign-on/pubkey${kid}`), publicKey.export({ type: 'pkcs1', format: 'pem' }))
  const [chat, web] = [await freePort(), await freePort()]
  const file = join(folder, 'plodge.toml')
  writeFileSync(file, configuration({ folder, chat, web, certificate, key }))
  const running = new Map<Role, ChildProcess>()
  const start = async (role: Role): Promise<number> => {
    const log = join(folder, `${role}-${performance.now()}.log`)
    running.set(
      role,
      launch(
        { command: process.execPath, arguments: [command, 'start', '--role', role, '--config', file], environment: {}, files: {} },
        folder,
        log,
      ),
    )
    for (let waited = 0; waited < patienceMs; waited += 20) {
      if (/^ready/m.test(readFileSync(log, 'utf8'))) return performance.timeOrigin + performance.now()
      await pause(20)
    }
    throw new Error(`The ${role} did not start: ${readFileSync(log, 'utf8').slice(-1000)}`)
  }
  const stop = async (role: Role): Promise<void> => {
    const child = running.get(role)
    if (child) await end(child, patienceMs)
  }
  await start('chat')
  await start('web')
  return {
    port: web,
    certificate,
    kid,
    signingKey,
    pid: role => running.get(role)?.pid ?? 0,
    async restart(role) {
      await stop(role)
      return start(role)
    },
    async [Symbol.asyncDispose]() {
      await stop('web')
      await stop('chat')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Needs {
  readonly folder: string
  readonly chat: number
  readonly web: number
  readonly certificate: string
  readonly key: string
}

const configuration = ({ folder, chat, web, certificate, key }: Needs): string => `domain = "${domain}"
data = "${folder}/data"
[listen]
client = false
client_tls = false
https = "127.0.0.1:${chat}"
metrics = false
[tls]
certificate = "${certificate}"
key = "${key}"
[users]
localpart = "^[a-z][a-z0-9]{1,7}$"
password_feed = "${folder}/people.passwd"
[limits]
rates = false
[archive]
enabled = false
[web]
listen = "127.0.0.1:${web}"
public_url = "https://localhost:${web}"
chat = "127.0.0.1:${chat}"
certificate_fingerprint = "${new X509Certificate(readFileSync(certificate)).fingerprint256}"
client_certificate = "${certificate}"
client_key = "${key}"
trusted_proxies = ["127.0.0.1"]
sign_on = { kind = "ucam-webauth", keys = "sign-on", url = "https://sign-on.example/authenticate", logout_url = "https://sign-on.example/logout" }
`
