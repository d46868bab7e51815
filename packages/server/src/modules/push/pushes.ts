/** Notifications on their way to push services: gathered, at most one at a time and so many a minute, and what becomes of errors (XEP-0357 §7). */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { PublishNotification } from '@plodge/xmpp/xeps/push.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Host } from '../../routing/host.ts'
import type { Localpart } from '../../storage/repositories.ts'
import { type Registration, type Registrations, nameOf } from './registrations.ts'
import { type Latest, type PushContent, summaryOf } from './summary.ts'

/** A call cannot wait for others. */
const CALL_INTERVAL_MS = 1000
const LONGEST_REST_MS = 3_600_000
/** Errors in a row that may be of the moment only, until the registration goes. */
const MOST_FAILURES = 10
/** Registrations of which something is remembered here. */
const MOST_KNOWN = 100_000

export interface PushSettings {
  readonly content: PushContent
  /** Of one registration; what comes in between goes together. */
  readonly intervalSeconds: number
  /** How long a client is inactive before it counts as asleep though its line is there. */
  readonly inactiveSeconds: number
}

interface State {
  readonly owner: Localpart
  readonly registration: Registration
  /** Messages since the device was last awake. */
  count: number
  latest: Latest | undefined
  sentAt: number
  dueAt: number | undefined
  isBusy: boolean
  failures: number
}

export class Pushes {
  readonly #host: Host
  readonly #registrations: Registrations
  readonly #settings: () => PushSettings
  readonly #states = new Map<string, State>()
  readonly #due = new Set<State>()
  #timer: NodeJS.Timeout | undefined

  constructor(host: Host, registrations: Registrations, settings: () => PushSettings) {
    this.#host = host
    this.#registrations = registrations
    this.#settings = settings
  }

  /** Something came for a device that sleeps. */
  notify(account: Account, registration: Registration, latest: Latest | undefined, isCall = false): void {
    const state = this.#stateOf(account.local, registration)
    const interval = isCall ? CALL_INTERVAL_MS : this.#settings().intervalSeconds * 1000
    const earliest = state.sentAt + interval * 2 ** state.failures
    state.count += 1
    state.latest = latest
    state.dueAt = Math.min(state.dueAt ?? Infinity, earliest, this.#host.clock() + LONGEST_REST_MS)
    this.#due.add(state)
    this.#sendDue()
  }

  /** The device is awake: nothing is unread on it any more. */
  awake(account: Account, registration: Registration): void {
    const state = this.#states.get(keyOf(account.local, registration))
    if (!state) return
    state.count = 0
    state.dueAt = undefined
    this.#due.delete(state)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #stateOf(owner: Localpart, registration: Registration): State {
    const key = keyOf(owner, registration)
    const known = this.#states.get(key)
    if (known?.registration === registration) return known
    const state = { owner, registration, count: 0, latest: undefined, sentAt: 0, dueAt: undefined, isBusy: false, failures: 0 }
    if (known) this.#due.delete(known)
    this.#states.delete(key)
    this.#states.set(key, state)
    if (this.#states.size > MOST_KNOWN) this.#states.delete(this.#states.keys().next().value ?? '')
    return state
  }

  #sendDue(): void {
    const now = this.#host.clock()
    let next = Infinity
    for (const state of this.#due) {
      if (state.isBusy || state.dueAt === undefined) continue
      if (state.dueAt <= now) this.#host.background(this.#send(state), 'a push notification')
      else next = Math.min(next, state.dueAt)
    }
    clearTimeout(this.#timer)
    this.#timer = next === Infinity ? undefined : setTimeout(() => this.#sendDue(), Math.max(next - now, 10)).unref()
  }

  async #send(state: State): Promise<void> {
    const { owner, registration, count, latest } = state
    this.#due.delete(state)
    state.dueAt = undefined
    state.isBusy = true
    state.sentAt = this.#host.clock()
    try {
      await this.#publish(registration, count, latest)
      state.failures = 0
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      await this.#failed(state, owner, error)
    } finally {
      state.isBusy = false
    }
    // What came meanwhile.
    if (this.#due.has(state)) this.#sendDue()
  }

  async #publish({ service, node, options }: Registration, count: number, latest: Latest | undefined): Promise<void> {
    const to = Jid.parse(service)
    if (!to) throw new StanzaError('jid-malformed')
    const form = options === undefined ? undefined : DataForm.read(parse(options))
    const summary = DataForm.write(summaryOf(this.#settings().content, count, latest))
    const publish = { node, item: { notification: { payload: [summary] } } }
    await this.#host.inquiries.ask(PublishNotification, { publish, options: form && { form } }, { from: this.#host.domain, to })
  }

  /** §7.1: an error ends the registration, but for those that pass. */
  async #failed(state: State, owner: Localpart, { condition, type, text }: StanzaError): Promise<void> {
    const { registration } = state
    const details = { account: owner, service: registration.service, condition }
    const isUnreachable = condition === 'remote-server-not-found'
    state.failures += 1
    if (isUnreachable || (type === 'wait' && state.failures < MOST_FAILURES)) {
      // Of each service once in a row: it may fail for thousands.
      if (state.failures === 1)
        this.#host.log.warn(
          details,
          isUnreachable ? UNREACHABLE : 'a push service could not take a notification now; it is tried less often',
        )
      state.failures = Math.min(state.failures, MOST_FAILURES)
      return
    }
    this.#host.log.info({ ...details, why: text }, 'a push service refused a notification: the device is not woken any more')
    this.#due.delete(state)
    this.#states.delete(keyOf(owner, registration))
    await this.#registrations.remove(owner, other => other === registration)
  }
}

const UNREACHABLE =
  'a push service cannot be reached: this server does not talk to other servers yet; the device is not woken, and its registration kept'

const keyOf = (owner: Localpart, registration: Registration): string => `${owner} ${nameOf(registration)}`
