/** Forwards the bytes of stanzas between the two connections of a pair, or to all where it is to a room, over TLS. Usage: floor-program.ts PORT CERTIFICATE KEY */

import { readFileSync } from 'node:fs'
import { createServer, type TLSSocket } from 'node:tls'
import { StanzaScanner } from '../load/stanza-scanner.ts'

const [port, certificate, key] = process.argv.slice(2)
const connections = new Map<number, Connection>()
const withOutput = new Set<Connection>()

class Connection {
  readonly #socket: TLSSocket
  readonly #scanner = new StanzaScanner()
  #partner = -1
  #output = ''
  /** The beginning of a stanza whose end has not arrived yet. */
  #rest = ''

  constructor(socket: TLSSocket) {
    this.#socket = socket
  }

  leave(): void {
    connections.delete(this.#partner ^ 1)
  }

  arrived(chunk: Buffer): void {
    let ended = 0
    this.#scanner.scan(chunk, (firstByte, end) => {
      const stanza = this.#rest + chunk.toString('latin1', ended, end)
      this.#rest = ''
      ended = end
      if (firstByte === 0x68) this.#greet(stanza)
      else if (stanza.includes("type='groupchat'")) for (const connection of connections.values()) connection.send(stanza)
      else connections.get(this.#partner)?.send(stanza)
    })
    if (ended < chunk.length) this.#rest += chunk.toString('latin1', ended)
  }

  #greet(hello: string): void {
    const index = Number(/\d+/.exec(hello)?.[0])
    this.#partner = index ^ 1
    connections.set(index, this)
    this.send('<welcome/>')
  }

  /** Everything of one turn of the event loop leaves in one write. */
  send(text: string): void {
    if (withOutput.size === 0) setImmediate(flush)
    withOutput.add(this)
    this.#output += text
  }

  flush(): void {
    this.#socket.write(this.#output, 'latin1')
    this.#output = ''
  }
}

function flush(): void {
  for (const connection of withOutput) connection.flush()
  withOutput.clear()
}

const server = createServer({ cert: readFileSync(certificate!), key: readFileSync(key!), minVersion: 'TLSv1.3' }, socket => {
  const connection = new Connection(socket)
  socket.setNoDelay(true)
  socket.on('data', (chunk: Buffer) => connection.arrived(chunk))
  socket.on('error', () => socket.destroy())
  socket.on('close', () => connection.leave())
})
server.listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
