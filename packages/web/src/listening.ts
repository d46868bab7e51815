/** Servers that listen, and stop listening. */
import type { Server } from 'node:net'
import type { Address } from './settings.ts'

/** Gives the port that it has; rejects in words. */
export function listen(server: Server, { host, port }: Address): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<Address>()
  server.once('error', error => reject(new Error(`cannot listen on ${host}:${port}: ${error.message}`, { cause: error })))
  server.listen({ host, port, backlog: 1024 }, () => {
    server.removeAllListeners('error')
    const bound = server.address()
    resolve({ host, port: typeof bound === 'object' && bound ? bound.port : port })
  })
  return promise
}

export const closed = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
  })
