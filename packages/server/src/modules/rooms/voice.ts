/**
 * What one room says to devices, to each in the order in which it happened. Whoever said something hears it once it is on disk, and then what
 * came after it; nobody else waits for the disk.
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Host } from '../../routing/host.ts'
import type { Delivery } from '../../rooms/room.ts'

/** These devices wait, as what they hear tells them that it is kept. */
export interface Wait {
  readonly devices: readonly Jid[]
  /** They hear nothing of it when it rejects. */
  readonly until: Promise<void>
}

interface Waiting {
  deliveries: readonly Delivery[]
  isReady: boolean
}

export class Voice {
  readonly #host: Host
  #queue: Waiting[] = []
  /** How many of the queue are for each device. */
  readonly #behind = new Map<string, number>()

  constructor(host: Host) {
    this.#host = host
  }

  say(deliveries: readonly Delivery[], wait?: Wait): void {
    if (!wait && this.#queue.length === 0) return this.#send(deliveries)
    const waits = new Set(wait?.devices.map(({ full }) => full))
    const [now, later] = split(deliveries, ({ full }) => waits.has(full) || this.#behind.has(full))
    if (wait || later.length > 0) this.#hold(later, wait?.until)
    this.#send(now)
  }

  /** Nothing waits. */
  get isIdle(): boolean {
    return this.#queue.length === 0
  }

  #hold(deliveries: readonly Delivery[], until: Promise<void> | undefined): void {
    const waiting: Waiting = { deliveries, isReady: until === undefined }
    this.#queue.push(waiting)
    this.#count(deliveries, 1)
    until?.then(
      () => this.#release(waiting),
      () => {
        this.#count(waiting.deliveries, -1)
        waiting.deliveries = []
        this.#release(waiting)
      },
    )
  }

  #count(deliveries: readonly Delivery[], by: 1 | -1): void {
    for (const { to } of deliveries)
      for (const { full } of to) {
        const count = (this.#behind.get(full) ?? 0) + by
        if (count > 0) this.#behind.set(full, count)
        else this.#behind.delete(full)
      }
  }

  #release(waiting: Waiting): void {
    waiting.isReady = true
    const blocked = this.#queue.findIndex(one => !one.isReady)
    const ready = this.#queue.splice(0, blocked < 0 ? this.#queue.length : blocked)
    for (const { deliveries } of ready) {
      this.#count(deliveries, -1)
      this.#send(deliveries)
    }
  }

  #send(deliveries: readonly Delivery[]): void {
    const { sessions } = this.#host
    for (const { stanza, to, mark } of deliveries)
      for (const copy of stanza.copiesTo(to)) {
        const device = copy.to
        if (device && this.#host.isLocal(device)) sessions.at(device)?.send(copy, mark)
        else this.#host.background(this.#host.route(copy), 'a stanza of a room')
      }
  }
}

/** Whom it goes to now, and who must wait. */
function split(deliveries: readonly Delivery[], mustWait: (device: Jid) => boolean): readonly [now: Delivery[], later: Delivery[]] {
  const [now, later]: [Delivery[], Delivery[]] = [[], []]
  for (const delivery of deliveries) {
    const { to } = delivery
    const waiting = to.filter(mustWait)
    if (waiting.length > 0) later.push({ ...delivery, to: waiting })
    now.push(waiting.length > 0 ? { ...delivery, to: to.filter(device => !waiting.includes(device)) } : delivery)
  }
  return [now, later]
}
