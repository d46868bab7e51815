/** A TCP proxy that can cut its connections: how a train goes into a tunnel. */
import { once } from 'node:events'
import { type Server, type Socket, connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

export class Proxy {
  readonly port: number
  readonly #server: Server
  readonly #sockets: Set<Socket>
  /** Who knocks while nothing gets through: undefined when it does. */
  readonly #night: { waiting: (() => void)[] | undefined }

  private constructor(server: Server, sockets: Set<Socket>, night: { waiting: (() => void)[] | undefined }) {
    this.#night = night
    this.#server = server
    this.#sockets = sockets
    this.port = (server.address() as AddressInfo).port
  }

  /** At a free port unless told which. */
  static async to(host: string, port: number, at = 0): Promise<Proxy> {
    const sockets = new Set<Socket>()
    const night: { waiting: (() => void)[] | undefined } = { waiting: undefined }
    const join = (inner: Socket): void => {
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
    }
    const server = createServer(inner => {
      inner.on('error', () => {})
      if (night.waiting) night.waiting.push(() => join(inner))
      else join(inner)
    })
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    return new Proxy(server, sockets, night)
  }

  /** Both ends see a reset; nobody says goodbye. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** From now on nothing gets through; who connects waits. */
  sleep(): void {
    this.#night.waiting ??= []
    this.cut()
  }

  wake(): void {
    const waiting = this.#night.waiting ?? []
    this.#night.waiting = undefined
    for (const join of waiting) join()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise(resolve => this.#server.close(resolve))
  }
}
