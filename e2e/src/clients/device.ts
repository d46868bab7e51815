/** One device of a person, whatever library it runs on: the few things every scenario is made of. */
import type { Account, Target } from '../target/target.ts'

export interface Device {
  readonly jid: string
  say(to: string, body: string): void
  /** Resolves with the sender's address once a message with this body has come to this device. */
  hears(body: string): Promise<string>
  /** The same for a message that another device of the person sent or got (XEP-0280). */
  hearsCopy(body: string): Promise<void>
  enableCarbons(): Promise<void>
  /** Puts somebody on the roster and asks for their presence. */
  befriend(jid: string): Promise<void>
  /** Waits for their request, approves it and asks back. */
  accept(jid: string): Promise<void>
  /** Waits until somebody's presence is as said. */
  sees(jid: string, isAvailable: boolean): Promise<void>
  /** Bare addresses on the roster, with the subscription of each. */
  contacts(): Promise<ReadonlyMap<string, string>>
  /** The bodies of the whole archive in order, in pages of `page`. */
  history(page: number): Promise<readonly string[]>
  /** Resolves when the library has resumed the session after its connection was lost. */
  resumed(): Promise<void>
  leave(): Promise<void>
}

/** A way in: transport, TLS version, mechanism. */
export interface Door {
  readonly label: string
  readonly mechanism?: string
  readonly tls?: '1.2' | '1.3'
  readonly transport: 'starttls' | 'tls' | 'websocket'
  /** A certificate to log in with by EXTERNAL, as files in PEM, and whom to name. */
  readonly shows?: { readonly certificate: string; readonly key: string; readonly authzid: string }
}

export interface Library {
  readonly name: string
  /** Why it cannot be used here; undefined when it can. */
  readonly missing?: string | undefined
  readonly doors: readonly Door[]
  connect(target: Target, account: Account, options: ConnectOptions): Promise<Device>
}

export interface ConnectOptions {
  readonly resource: string
  readonly door: Door
  /** Instead of the target's port of that transport: a proxy's. */
  readonly port?: number | undefined
}

export const portOf = (target: Target, { transport }: Door): number =>
  transport === 'starttls' ? target.port : transport === 'tls' ? target.tlsPort : Number(new URL(target.wsUrl).port)

/** Leaves once, however often it is told to, and gives up on a library that hangs. */
export function leavingOnce(device: Device): Device {
  let left: Promise<void> | undefined
  const givenUp = (): Promise<void> =>
    new Promise(resolve => {
      setTimeout(resolve, 5000).unref()
    })
  return { ...device, leave: () => (left ??= Promise.race([device.leave(), givenUp()])) }
}

export const bareOf = (jid: string): string => jid.replace(/\/.*/s, '')

/** What came in the past or comes: tests ask for it in any order. */
export class Arrivals<T> {
  readonly #who: string
  #arrived: T[] = []
  #waiting: { readonly matches: (value: T) => boolean; readonly take: (value: T) => void }[] = []

  constructor(who: string) {
    this.#who = who
  }

  add(value: T): void {
    const waiter = this.#waiting.find(({ matches }) => matches(value))
    this.#waiting = this.#waiting.filter(other => other !== waiter)
    if (waiter) waiter.take(value)
    else this.#arrived.push(value)
  }

  next(matches: (value: T) => boolean, what: string, milliseconds = 15_000): Promise<T> {
    const found = this.#arrived.find(matches)
    if (found !== undefined) {
      this.#arrived = this.#arrived.filter(value => value !== found)
      return Promise.resolve(found)
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.#who} waited in vain for ${what}; it has ${JSON.stringify(this.#arrived)}`)),
        milliseconds,
      )
      this.#waiting.push({
        matches,
        take: value => {
          clearTimeout(timer)
          resolve(value)
        },
      })
    })
  }
}

export type Arrival =
  | { readonly kind: 'message' | 'copy'; readonly from: string; readonly body: string }
  | { readonly kind: 'presence'; readonly from: string; readonly type: string }
  | { readonly kind: 'resumed' }

export const isPresenceOf =
  (jid: string, ...types: readonly string[]) =>
  (arrival: Arrival): boolean =>
    arrival.kind === 'presence' && bareOf(arrival.from) === bareOf(jid) && types.includes(arrival.type)
