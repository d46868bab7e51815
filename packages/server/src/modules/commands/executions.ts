/** Commands that are being filled in: between one form and the next (XEP-0050 §3.3), bounded a person, in all, and in time. */
import { commandError } from '@plodge/xmpp/xeps/commands.ts'
import type { Answers } from '@plodge/xmpp/xeps/data-form-answers.ts'
import type { Device, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Command } from '../../routing/commands.ts'
import type { Localpart } from '../../storage/repositories.ts'

const LIFETIME_MS = 600_000
const MOST_A_PERSON = 8
const MOST = 2000

export interface Execution {
  readonly id: string
  readonly command: Command
  /** The one device that it is for. */
  readonly device: Jid
  readonly owner: Localpart
  readonly target: string
  readonly until: number
  stage: number
  answers: Answers
}

export class Executions {
  /** In order of age. */
  readonly #running = new Map<string, Execution>()
  readonly #clock: () => number
  readonly #start: string
  #count = 0

  constructor(clock: () => number) {
    this.#clock = clock
    this.#start = clock().toString(36)
  }

  /** An id never given before. */
  newId(): string {
    this.#count += 1
    return `${this.#start}-${this.#count.toString(36)}`
  }

  /** The oldest one makes room. */
  begin(begun: Pick<Execution, 'command' | 'device' | 'owner' | 'target'>): Execution {
    this.#expire()
    const own = [...this.#running.values()].filter(({ owner }) => owner === begun.owner)
    const oldest = own.length >= MOST_A_PERSON ? own[0] : this.#running.size >= MOST ? this.#running.values().next().value : undefined
    if (oldest) this.#running.delete(oldest.id)
    const execution: Execution = { ...begun, id: this.newId(), until: this.#clock() + LIFETIME_MS, stage: 0, answers: new Map() }
    this.#running.set(execution.id, execution)
    return execution
  }

  /** Throws StanzaError: what is over is told from what never was (§4.4). */
  find(id: string, { device, node, target }: { readonly device: Jid; readonly node: string; readonly target: string }): Execution {
    this.#expire()
    const found = this.#running.get(id)
    if (!found && this.#wasGiven(id)) throw commandError('session-expired', 'This took too long, or is done already: begin again')
    if (!found || found.device.full !== device.full || found.command.node !== node || found.target !== target)
      throw commandError('bad-sessionid', 'No command is being filled in under this session id')
    return found
  }

  end({ id }: Execution): void {
    this.#running.delete(id)
  }

  /** The device is gone. */
  forget(device: Device): void {
    if (this.#running.size === 0) return
    for (const execution of this.#running.values()) if (execution.device.full === device.full) this.#running.delete(execution.id)
  }

  #wasGiven(id: string): boolean {
    const [start, count] = id.split('-')
    return start === this.#start && /^[0-9a-z]{1,10}$/.test(count ?? '') && Number.parseInt(count ?? '', 36) <= this.#count
  }

  #expire(): void {
    const now = this.#clock()
    for (const execution of this.#running.values()) {
      if (execution.until > now) return
      this.#running.delete(execution.id)
    }
  }
}
