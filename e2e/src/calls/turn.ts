/** Debian's coturn as the relay of calls, with the shared secret that Plodge makes credentials of, and its own client to try them. */
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ServerChild } from '../target/child.ts'
import { freePorts } from '../target/ports.ts'

const run = promisify(execFile)
const has = (program: string): boolean => spawnSync(program, ['-h'], { stdio: 'ignore' }).error === undefined

export const missing: string | undefined =
  has('turnserver') && has('turnutils_uclient') ? undefined : 'the Debian package coturn is not installed'

export interface TurnServer {
  readonly host: string
  readonly port: number
  /** Whether it relays packets for who comes with these. */
  relays(username: string, password: string): Promise<boolean>
  stop(): Promise<void>
}

export async function startTurn(secret: string): Promise<TurnServer> {
  const host = '127.0.0.1'
  const folder = mkdtempSync(join(tmpdir(), 'e2e-turn-'))
  const [port = 0] = await freePorts(1)
  const places = ['-L', host, '-E', host, '-p', String(port), '--db', join(folder, 'turn.db'), '--pidfile', join(folder, 'turn.pid')]
  const quiet = ['--no-tls', '--no-dtls', '--no-cli', '--no-multicast-peers', '--log-file', 'stdout', '--simple-log']
  const child = new ServerChild({
    file: 'turnserver',
    args: [
      '-n',
      ...places,
      ...quiet,
      '--allow-loopback-peers',
      '--realm',
      'localhost',
      '--use-auth-secret',
      '--static-auth-secret',
      secret,
    ],
    isReady: () => answers(host, port),
  })
  await child.start()
  return {
    host,
    port,
    async relays(username, password) {
      try {
        // Two clients on one machine send each other packets through it.
        const { stdout } = await run('turnutils_uclient', ['-y', '-n', '3', '-p', String(port), '-u', username, '-w', password, host], {
          timeout: 20_000,
        })
        return /Total lost packets 0 /.test(stdout) && /tot_recv_msgs=[1-9]/.test(stdout)
      } catch {
        return false
      }
    },
    async stop() {
      await child.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Whether a STUN server is there (RFC 8489 §5): a binding request is answered. */
async function answers(host: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)])
  try {
    const answer = once(socket, 'message', { signal: AbortSignal.timeout(200) })
    socket.send(request, port, host)
    await answer
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}
