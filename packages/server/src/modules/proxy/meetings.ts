/**
 * Where two ends of a stream meet: connections that have named their stream wait in pairs until one of our people says that they may begin.
 * Strangers can get so far, so all of it is bounded: in bytes, in time, for each network and altogether.
 */
import type { Socket } from 'node:net'
import type { Log } from '../../routing/host.ts'
import type { Localpart } from '../../storage/repositories.ts'
import type { ProxySettings } from '../../settings.ts'
import { relay } from './relay.ts'
import { LONGEST_OPENING, NOT_ALLOWED, type Opening, failure, readGreeting, readRequest, success } from './socks.ts'

export type Activation = 'active' | 'unknown' | 'alone' | 'too-many-of-yours' | 'too-many'

interface Waiting {
  readonly socket: Socket
  readonly network: string
  readonly timer: NodeJS.Timeout
}

export class Meetings {
  readonly #settings: () => ProxySettings
  readonly #networkOf: (address: string) => string
  readonly #log: Log
  /** Everybody who is not active, in order of arrival. */
  readonly #strangers = new Map<Socket, Waiting>()
  readonly #perNetwork = new Map<string, number>()
  /** By the name of the stream. */
  readonly #ends = new Map<string, readonly Socket[]>()
  readonly #active = new Map<Localpart, number>()
  readonly #sockets = new Set<Socket>()
  streams = 0
  bytes = 0

  constructor(settings: () => ProxySettings, networkOf: (address: string) => string, log: Log) {
    this.#settings = settings
    this.#networkOf = networkOf
    this.#log = log
  }

  get waiting(): number {
    return this.#strangers.size
  }

  accept(socket: Socket): void {
    const { waiting, waitingPerAddress, waitSeconds } = this.#settings()
    const network = this.#networkOf(socket.remoteAddress ?? '')
    const count = (this.#perNetwork.get(network) ?? 0) + 1
    socket.on('error', () => socket.destroy())
    if (count > waitingPerAddress) return void socket.destroy()
    this.#perNetwork.set(network, count)
    const timer = setTimeout(() => socket.destroy(), waitSeconds * 1000)
    this.#strangers.set(socket, { socket, network, timer })
    this.#sockets.add(socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      this.#isKnown(socket)
    })
    // A flood pushes out its own oldest, not who comes next.
    if (this.#strangers.size > waiting) this.#strangers.keys().next().value?.destroy()
    this.#open(socket)
  }

  /** § Activation of Bytestream. */
  activate(hash: string, owner: Localpart): Activation {
    const { streams, streamsPerPerson } = this.#settings()
    const [one, other] = (this.#ends.get(hash) ?? []).filter(socket => !socket.destroyed)
    if (!one) return 'unknown'
    if (!other) return 'alone'
    const own = (this.#active.get(owner) ?? 0) + 1
    if (own > streamsPerPerson) return 'too-many-of-yours'
    if (this.streams >= streams) {
      this.#log.warn({ streams }, 'the proxy has as many streams as it may have')
      return 'too-many'
    }
    this.#ends.delete(hash)
    for (const socket of [one, other]) this.#isKnown(socket)
    this.#active.set(owner, own)
    this.streams += 1
    relay([one, other], this.#settings(), {
      passed: bytes => {
        this.bytes += bytes
      },
      over: () => {
        this.streams -= 1
        const left = (this.#active.get(owner) ?? 1) - 1
        if (left > 0) this.#active.set(owner, left)
        else this.#active.delete(owner)
      },
    })
    return 'active'
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Greeting, then request; nothing is read after it until the stream begins. */
  #open(socket: Socket): void {
    let bytes: Buffer = Buffer.alloc(0)
    let read: (bytes: Buffer) => Opening = readGreeting
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk])
      for (;;) {
        const opening = read(bytes)
        if (opening.kind === 'refused') return this.#refuse(socket, opening.answer)
        if (opening.kind === 'wanted') {
          socket.off('data', onData)
          socket.pause()
          const rest = bytes.subarray(opening.taken)
          if (rest.length > 0) socket.unshift(rest)
          return this.#wait(socket, opening.hash, opening.request)
        }
        if (opening.answer) socket.write(opening.answer)
        if (opening.taken === 0) break
        bytes = bytes.subarray(opening.taken)
        read = readRequest
      }
      if (bytes.length > LONGEST_OPENING) socket.destroy()
    }
    socket.on('data', onData)
    // Who leaves before the stream begins leaves for good.
    socket.once('end', () => {
      if (this.#strangers.has(socket)) socket.destroy()
    })
  }

  #wait(socket: Socket, hash: string, request: Buffer): void {
    const ends = (this.#ends.get(hash) ?? []).filter(end => !end.destroyed)
    if (ends.length >= 2) return this.#refuse(socket, failure(NOT_ALLOWED))
    this.#ends.set(hash, [...ends, socket])
    socket.once('close', () => {
      const left = this.#ends.get(hash)?.filter(end => end !== socket)
      if (left?.length === 0) this.#ends.delete(hash)
      else if (left) this.#ends.set(hash, left)
    })
    socket.write(success(request))
  }

  #refuse(socket: Socket, answer: Buffer | undefined): void {
    if (!answer) return void socket.destroy()
    socket.removeAllListeners('data')
    socket.end(answer)
    socket.resume()
  }

  /** Is active now, or gone. */
  #isKnown(socket: Socket): void {
    const stranger = this.#strangers.get(socket)
    if (!stranger) return
    this.#strangers.delete(socket)
    clearTimeout(stranger.timer)
    const count = (this.#perNetwork.get(stranger.network) ?? 1) - 1
    if (count > 0) this.#perNetwork.set(stranger.network, count)
    else this.#perNetwork.delete(stranger.network)
  }
}
