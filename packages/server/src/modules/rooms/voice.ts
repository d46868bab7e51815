/** What one room says to devices, in the order in which it happened: what waits for the disk holds back what comes after it. */
import type { Host } from '../../routing/host.ts'
import type { Delivery } from '../../rooms/room.ts'

interface Waiting {
  deliveries: readonly Delivery[]
  isReady: boolean
}

export class Voice {
  readonly #host: Host
  #queue: Waiting[] = []

  constructor(host: Host) {
    this.#host = host
  }

  /** Once `after` has happened, if it is given; not at all when that fails. */
  say(deliveries: readonly Delivery[], after?: Promise<void>): void {
    if (!after && this.#queue.length === 0) return this.#send(deliveries)
    const waiting: Waiting = { deliveries, isReady: after === undefined }
    this.#queue.push(waiting)
    after?.then(
      () => this.#release(waiting),
      () => {
        waiting.deliveries = []
        this.#release(waiting)
      },
    )
  }

  /** Nothing waits. */
  get isIdle(): boolean {
    return this.#queue.length === 0
  }

  #release(waiting: Waiting): void {
    waiting.isReady = true
    const blocked = this.#queue.findIndex(one => !one.isReady)
    const ready = this.#queue.splice(0, blocked < 0 ? this.#queue.length : blocked)
    for (const { deliveries } of ready) this.#send(deliveries)
  }

  #send(deliveries: readonly Delivery[]): void {
    const { sessions } = this.#host
    for (const { stanza, to } of deliveries)
      for (const copy of stanza.copiesTo(to)) {
        const device = copy.to
        if (device && this.#host.isLocal(device)) sessions.at(device)?.send(copy)
        else this.#host.background(this.#host.route(copy), 'a stanza of a room')
      }
  }
}
