/** A TCP proxy that can cut its connections: how a train goes into a tunnel. */
import { type Server, type Socket, connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

export class Proxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(server: Server, sockets: Set<Socket>) {
    this.#server = server
    this.#sockets = sockets
    this.port = (server.address() as AddressInfo).port
  }

  static async to(host: string, port: number): Promise<Proxy> {
    const sockets = new Set<Socket>()
    const server = createServer(inner => {
      const outer = connect({ host, port })
      for (const socket of [inner, outer]) {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('close', () => {
          sockets.delete(socket)
          inner.destroy()
          outer.destroy()
        })
      }
      inner.pipe(outer)
      outer.pipe(inner)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return new Proxy(server, sockets)
  }

  /** Both ends see a reset; nobody says goodbye. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
