/** Debian's Prosody as the target: the tests must hold for a server that is known to be right before they judge ours. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from './certificate.ts'
import { ServerChild } from './child.ts'
import { freePorts } from './ports.ts'
import { type RunningTarget, type TargetOptions, accountsOf } from './target.ts'

const DOMAIN = 'localhost'

export async function startProsody({ people = 12, data: given }: TargetOptions): Promise<RunningTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-prosody-'))
  chmodSync(folder, 0o755)
  const data = given ?? join(folder, 'data')
  mkdirSync(data, { recursive: true })
  const pair = makeCertificate(folder, DOMAIN)
  const [port = 0, tlsPort = 0, httpsPort = 0] = await freePorts(3)
  const config = join(folder, 'prosody.cfg.lua')
  const accounts = accountsOf(people)
  writeFileSync(config, configuration({ data, port, tlsPort, httpsPort, certificate: pair.certificate, key: pair.key }))
  for (const { name, password } of accounts) {
    execFileSync('prosodyctl', ['--root', '--config', config, 'register', name, DOMAIN, password], { stdio: 'pipe' })
  }
  const child = new ServerChild({ file: 'prosody', args: ['--root', '-F', '--config', config], isReady: () => accepts(port) })
  await child.start()
  return {
    name: 'prosody',
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
    reconfigure: () => Promise.reject(new Error('Prosody is configured once')),
    async stop() {
      await child.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

interface Places {
  readonly data: string
  readonly port: number
  readonly tlsPort: number
  readonly httpsPort: number
  readonly certificate: string
  readonly key: string
}

const configuration = ({ data, port, tlsPort, httpsPort, certificate, key }: Places): string => `
data_path = "${data}"
run_as_root = true
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_direct_tls_ports = { ${tlsPort} }
https_ports = { ${httpsPort} }
http_ports = {}
s2s_ports = {}
ssl = { certificate = "${certificate}", key = "${key}" }
https_ssl = { certificate = "${certificate}", key = "${key}" }
c2s_require_encryption = true
authentication = "internal_hashed"
storage = "internal"
archive_expires_after = "never"
modules_disabled = { "s2s" }
modules_enabled = { "roster", "saslauth", "tls", "disco", "carbons", "smacks", "mam", "offline", "ping", "websocket", "http", "blocklist", "csi_simple" }
log = { info = "*console" }
VirtualHost "${DOMAIN}"
`

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
