/** For tests over real sockets: a whole server on ports of the system's choice, its data in a folder of its own, and two people. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testLimits, testSettings } from '@plodge/testkit/settings.ts'
import { TownLog } from '@plodge/testkit/town-log.ts'
import { type RunningServer, startServer } from '../main.ts'
import { askControlSocket } from '../ops/control-socket.ts'
import type { Limits, Settings } from '../settings.ts'
import { FIRST, type TestPair } from './certificates.testing.ts'
import { RawClient } from './raw-client.testing.ts'

export const PASSWORD = 'Wherefore art thou'

export interface Here extends AsyncDisposable {
  readonly server: RunningServer
  readonly log: TownLog
  readonly settings: Settings
  readonly ports: Readonly<Record<'client' | 'clientTls' | 'https', number>>
  /** Puts another certificate where the settings say it is. */
  certify(pair: TestPair): Promise<void>
  /** As an operator would, while the server runs. */
  administer(command: Parameters<typeof askControlSocket>[1], question: object): Promise<void>
  /** A client on direct TLS whose stream has begun. */
  client(options?: Parameters<RawClient['startTls']>[0]): Promise<RawClient>
  /** Logged in and bound. */
  login(resource: string, person?: string): Promise<RawClient>
}

export interface HereOptions {
  readonly limits?: Partial<Limits>
  readonly settings?: Partial<Settings>
  readonly people?: readonly string[]
}

const LOOPBACK = [{ host: '127.0.0.1', port: 0 }]

export async function here({ limits = {}, settings: changes = {}, people = ['romeo', 'juliet'] }: HereOptions = {}): Promise<Here> {
  const data = await mkdtemp(join(tmpdir(), 'plodge-streams-'))
  const [certificate, key] = [join(data, 'cert.pem'), join(data, 'key.pem')]
  const certify = async (pair: TestPair): Promise<void> => {
    await writeFile(certificate, pair.certificate)
    await writeFile(key, pair.key)
  }
  await certify(FIRST)
  const log = new TownLog()
  const settings = testSettings({
    data,
    listen: { client: LOOPBACK, clientTls: LOOPBACK, https: LOOPBACK, proxy: [], metrics: [] },
    tls: { certificate, key, minimum: 'TLSv1.2' },
    limits: testLimits(limits),
    ...changes,
  })
  const server = await startServer(settings, { log })
  const administer = async (command: Parameters<typeof askControlSocket>[1], question: object): Promise<void> => {
    const outcome = await askControlSocket(data, command, question)
    if (outcome?.kind !== 'done') throw new Error(`${command}: ${outcome?.why}`)
  }
  await Promise.all(people.map(localpart => administer('addUser', { localpart, password: PASSWORD })))
  const portOf = (kind: 'client' | 'clientTls' | 'https'): number => server.addresses[kind][0]?.port ?? 0
  const ports = { client: portOf('client'), clientTls: portOf('clientTls'), https: portOf('https') }
  const client: Here['client'] = async options => {
    const raw = await RawClient.connect(ports.clientTls)
    await raw.startTls({ ALPNProtocols: ['xmpp-client'], ...options })
    await raw.open()
    return raw
  }
  return {
    server,
    log,
    settings,
    ports,
    certify,
    administer,
    client,
    async login(resource, person = 'romeo') {
      const raw = await client()
      await raw.login(person, PASSWORD, resource)
      return raw
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(data, { recursive: true })
    },
  }
}
