/** XEP-0388: a log-in without restarts of the stream, from <authenticate/> over challenges and tasks to <success/> or <failure/>. */
import { decodeBase64 } from '@plodge/xmpp/sasl/base64.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { SASL2 } from '@plodge/xmpp/xeps/sasl2.ts'
import { escape } from '@plodge/xmpp/xml/escape.ts'
import { write } from '@plodge/xmpp/xml/element.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Attempts } from '../attempts.ts'
import type { SaslExchange, SaslStep } from '../authenticator.ts'
import type { Stream } from '../stream.ts'
import { beginByToken } from './by-token.ts'
import { type LoginRequest, readRequest, treeOf } from './request.ts'
import { type UpgradeTask, nextUpgrade, saltOf, upgrade } from './upgrade.ts'
import { welcome } from './welcome.ts'

type Proven = Extract<SaslStep, { readonly kind: 'success' }>

/** What comes next of the client. */
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'exchange'; readonly request: LoginRequest; readonly exchange: SaslExchange }
  /** `isBegun`: the salt was sent. */
  | {
      readonly kind: 'task'
      readonly request: LoginRequest
      readonly proven: Proven
      readonly task: UpgradeTask
      readonly isBegun: boolean
    }

const IDLE: State = { kind: 'idle' }
const LONGEST_MESSAGE = 8192

export class Sasl2 {
  readonly #stream: Stream
  readonly #attempts: Attempts
  #state: State = IDLE

  constructor(stream: Stream, attempts: Attempts) {
    this.#stream = stream
    this.#attempts = attempts
  }

  /** In the middle of a log-in nothing else may be said (§2.4). */
  get isBusy(): boolean {
    return this.#state.kind !== 'idle'
  }

  async element(element: RawElement): Promise<void> {
    try {
      await this.#take(element)
    } catch (error) {
      if (!(error instanceof SaslError)) throw error
      this.#fail(error)
    }
  }

  #take(element: RawElement): Promise<void> | void {
    const state = this.#state
    switch (element.name) {
      case 'authenticate':
        // §5.8: after <continue/> as well.
        if (state.kind !== 'idle') throw new StreamError('policy-violation', 'One log-in at a time')
        return this.#begin(element)
      case 'response':
        if (state.kind !== 'exchange') throw new SaslError('malformed-request', 'There is no challenge to respond to')
        return this.#step(state, element.payload)
      case 'next':
        if (state.kind !== 'task' || state.isBegun) throw new SaslError('malformed-request', 'There is no task to begin')
        return this.#beginTask(state, element.attribute('task'))
      case 'task-data':
        if (state.kind !== 'task' || !state.isBegun) throw new SaslError('malformed-request', 'No task was begun')
        return this.#finishTask(state, element)
      case 'abort':
        throw new SaslError('aborted')
      default:
        throw new StreamError('unsupported-stanza-type', `There is no ${element.name} in SASL`)
    }
  }

  #begin(element: RawElement): Promise<void> | void {
    const stream = this.#stream
    const request = readRequest(element)
    const exchange = request.fast ? beginByToken(request, stream) : stream.context.authenticator.begin(request.mechanism, stream.connection)
    if (!exchange) throw new SaslError('invalid-mechanism', 'That mechanism is not on offer')
    const state: State = { kind: 'exchange', request, exchange }
    this.#state = state
    if (request.initialResponse === undefined) return stream.write(`<challenge xmlns='${SASL2}'/>`)
    return this.#step(state, request.initialResponse)
  }

  async #step(state: State & { kind: 'exchange' }, text: string): Promise<void> {
    // §2.2: unlike in RFC 6120 there is no special case for what is empty.
    const message = text.length > LONGEST_MESSAGE ? undefined : decodeBase64(text.trim())
    if (!message) throw new SaslError('incorrect-encoding', 'This is not base64, or is too long')
    const step = await state.exchange.next(Buffer.from(message))
    const stream = this.#stream
    if (stream.isClosed) return undefined
    switch (step.kind) {
      case 'challenge':
        return stream.write(`<challenge xmlns='${SASL2}'>${step.data.toString('base64')}</challenge>`)
      case 'failure':
        throw step.error
      case 'success':
        return this.#proven(step, state.request)
    }
  }

  async #proven(proven: Proven, request: LoginRequest): Promise<void> {
    const { context, claimed } = this.#stream
    // RFC 6120 §4.9.3.9: who the stream said it would be.
    if (claimed !== undefined && claimed !== `${proven.localpart}@${context.host.domain.full}`)
      throw new SaslError('invalid-authzid', 'The stream began in the name of somebody else')
    const isPassword = proven.way === 'password'
    const task = isPassword ? await nextUpgrade(request.upgrades, proven.localpart, context.verifiers) : undefined
    if (!task) return this.#succeed(proven, request)
    if (!(await context.admit(proven.localpart))) throw new SaslError('account-disabled', 'This account is locked; ask the service desk')
    const data = proven.data ? `<additional-data>${proven.data.toString('base64')}</additional-data>` : ''
    this.#state = { kind: 'task', request, task, isBegun: false, proven: { ...proven, data: undefined } }
    return this.#stream.write(`<continue xmlns='${SASL2}'>${data}<tasks><task>${task.name}</task></tasks></continue>`)
  }

  #beginTask(state: State & { kind: 'task' }, name: string | undefined): void {
    if (name !== state.task.name) throw new SaslError('malformed-request', 'That task is not on offer')
    this.#state = { ...state, isBegun: true }
    this.#stream.write(`<task-data xmlns='${SASL2}'>${write(saltOf(state.task), SASL2)}</task-data>`)
  }

  async #finishTask({ task, proven, request }: State & { kind: 'task' }, element: RawElement): Promise<void> {
    await upgrade(task, treeOf(element), this.#stream.context.verifiers)
    const upgrades = request.upgrades.filter(name => name !== task.name)
    if (!this.#stream.isClosed) await this.#proven(proven, { ...request, upgrades })
  }

  #succeed(proven: Proven, request: LoginRequest): Promise<void> {
    return welcome(proven, request, this.#stream)
  }

  /** §2.6.2. */
  #fail(error: SaslError): void {
    this.#state = IDLE
    const stream = this.#stream
    if (stream.isClosed) return
    const text = error.text === undefined ? '' : `<text>${escape(error.text)}</text>`
    stream.write(`<failure xmlns='${SASL2}'><${error.condition} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>${text}</failure>`)
    if (this.#attempts.failed(error)) stream.fail('policy-violation', 'Too many attempts to log in on one connection')
  }
}
