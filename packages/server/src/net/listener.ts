/** Sockets that accept clients: STARTTLS, direct TLS, HTTPS. */
import { type Server, type Socket, createServer } from 'node:net'
import type { Address } from '../settings.ts'

/** Starts to accept; rejects in words when the address cannot be had. Gives the address with the port that it got. */
export async function listen(server: Server, { host, port }: Address): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host: host === '' ? '::' : host, port, ipv6Only: false, backlog: 1024 }, () => resolve())
  try {
    await promise
  } catch (error) {
    throw new Error(`cannot listen on ${host}:${port}: ${reasonOf(error)}`, { cause: error })
  }
  server.removeListener('error', reject)
  const bound = server.address()
  return { host, port: typeof bound === 'object' && bound ? bound.port : port }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'another program listens there; stop it, or choose another port in [listen]'
  if (code === 'EACCES') return 'ports below 1024 need a privilege'
  if (code === 'EADDRNOTAVAIL') return 'this machine does not have that address'
  return error instanceof Error ? error.message : 'unknown'
}

export const tcpServer = (accept: (socket: Socket) => void): Server => createServer({ noDelay: true }, accept)

export async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(server => new Promise<void>(resolve => (server.listening ? server.close(() => resolve()) : resolve()))))
}
