/** Sockets that accept clients: STARTTLS, direct TLS, HTTPS. */
import { type Server, type Socket, createServer } from 'node:net'
import type { Address } from '../settings.ts'

/** Hears of connections that could not be accepted: too many open files, as a rule. Unheard, that would end the process. */
export type Trouble = (error: Error) => void

/** Starts to accept; rejects in words when the address cannot be had. Gives the address with the port that it got. */
export async function listen(server: Server, { host, port }: Address, trouble: Trouble): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host: host === '' ? '::' : host, port, ipv6Only: false, backlog: 1024 }, () => resolve())
  try {
    await promise
  } catch (error) {
    throw new Error(`cannot listen on ${host}:${port}: ${reasonOf(error)}`, { cause: error })
  }
  server.on('error', trouble)
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

/** Clients may close their side first and still hear the answers to what they said. */
export const tcpServer = (accept: (socket: Socket) => void): Server => createServer({ noDelay: true, allowHalfOpen: true }, accept)

/** Settles when nobody listens and the last connection is gone. */
export async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(server => new Promise<void>(resolve => (server.listening ? server.close(() => resolve()) : resolve()))))
}

/** Closes a server that has few connections: those that do not go by themselves within a moment are cut off. Call it when it is made. */
export function closer(server: Server, graceMs = 250): () => Promise<void> {
  const open = new Set<Socket>()
  server.on('connection', socket => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return async () => {
    const timer = setTimeout(() => {
      for (const socket of open) socket.destroy()
    }, graceMs)
    await closeAll([server])
    clearTimeout(timer)
  }
}
