/** The web tier alone, as `plodge start --role web` runs it, with a sign-on of somebody's: nobody is there for it to relay to. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ServerChild } from '../target/child.ts'
import { freePorts } from '../target/ports.ts'
import { PLAIN_PAGE } from './campus.ts'

const COMMAND = join(import.meta.dirname, '../../../packages/plodge/src/plodge.js')
const run = promisify(execFile)

export interface Place {
  readonly folder: string
  readonly url: string
  readonly port: number
  readonly certificate: string
  readonly key: string
  [Symbol.dispose](): void
}

/** A folder with a certificate for localhost. */
export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-tier-'))
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await run('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...names])
  const [port = 0] = await freePorts(1)
  const read = (file: string): string => readFileSync(file, 'utf8')
  return {
    folder,
    url: `https://localhost:${port}`,
    port,
    certificate: read(certificate),
    key: read(key),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

/** `lines` are those of [web] that tell how people sign in. */
export async function startTier({ folder, url, port }: Place, lines: string): Promise<ServerChild> {
  const config = join(folder, 'plodge.toml')
  writeFileSync(
    config,
    `domain = "localhost"
data = "."
[tls]
certificate = "cert.pem"
key = "key.pem"
[users]
localpart = "^[a-z][a-z0-9]{1,7}$"
[web]
listen = "127.0.0.1:${port}"
public_url = "${url}"
chat = "127.0.0.1:1"
client_certificate = "cert.pem"
client_key = "key.pem"
client = "${PLAIN_PAGE}"
${lines}
`,
  )
  const tier = new ServerChild({
    file: process.execPath,
    args: [COMMAND, 'start', '--role', 'web', '--config', config],
    env: { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') },
    isReady: output => /^ready\b/m.test(output),
  })
  await tier.start()
  return tier
}
