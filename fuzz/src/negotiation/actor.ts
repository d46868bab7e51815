/** Plays a sequence of steps against a server and watches that nothing happens that must not. */
import { SM } from '../../../e2e/src/client/client.ts'
import { Line } from '../../../e2e/src/client/line.ts'
import { base64 } from '../../../e2e/src/client/login.ts'
import { scram } from '../../../e2e/src/client/scram.ts'
import { type Account, type Target, person } from '../../../e2e/src/target/target.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Failure } from '../reader/properties.ts'
import { createHmac } from 'node:crypto'
import { type Action, isAction } from './steps.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const SASL2 = 'urn:xmpp:sasl:2'
/** What is to happen in the same breath: XEP-0386 with XEP-0198, and a token (XEP-0484). */
const INLINE = `<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><bind xmlns='urn:xmpp:bind:0'><enable xmlns='${SM}' resume='true'/></bind><request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>`
/** How long the server may take over an answer, and over saying goodbye. */
const ANSWER_MS = 250
const GOODBYE_MS = 8000

export interface Played {
  readonly failure: Failure | undefined
  /** What the server said, in names: the state it was led to. */
  readonly path: string
}

export async function play(target: Target, steps: readonly string[]): Promise<Played> {
  const actor = new Actor(target, await Line.open(target.host, target.port))
  for (const step of steps) {
    if (actor.isOver) break
    if (isAction(step)) await actor.act(step)
    else actor.write(step)
  }
  await actor.goodbye()
  return { failure: actor.failure, path: actor.said.join(' ') }
}

class Actor {
  readonly said: string[] = []
  failure: Failure | undefined
  readonly #target: Target
  readonly #line: Line
  readonly #account: Account
  #isRightful = false
  #isKnown = false
  #resumeId = 'none'
  #challenge: string | undefined
  #token: string | undefined

  constructor(target: Target, line: Line) {
    this.#target = target
    this.#line = line
    this.#account = person(target, 0)
  }

  get isOver(): boolean {
    return this.#line.isGone || this.failure !== undefined
  }

  write(text: string): void {
    this.#line.write(text)
  }

  act(action: Action): Promise<void> {
    const { name, password } = this.#account
    switch (action) {
      case 'wait':
        return this.#listen()
      case 'starttls':
        return this.#startTls()
      case 'plain right':
        return this.#plain(`\0${name}\0${password}`, true)
      case 'plain wrong':
        return this.#plain(`\0${name}\0wrong`, false)
      case 'scram right':
        return this.#scram(password, true)
      case 'scram wrong':
        return this.#scram('wrong', false)
      case 'sasl2 right':
        return this.#sasl2(`\0${name}\0${password}`, true)
      case 'sasl2 wrong':
        return this.#sasl2(`\0${name}\0wrong`, false)
      case 'sasl2 scram right':
        return this.#sasl2Scram(password, true)
      case 'sasl2 scram wrong':
        return this.#sasl2Scram('wrong', false)
      case 'token':
        return this.#byToken(name)
      case 'sasl2 resume':
        return this.#sasl2(`\0${name}\0${password}`, true, `<resume xmlns='${SM}' previd='${this.#resumeId}' h='0'/>${INLINE}`)
      case 'resume':
        this.write(`<resume xmlns='${SM}' previd='${this.#resumeId}' h='0'/>`)
        return this.#listen()
      case 'close':
        this.write('</stream:stream>')
        return this.#listen()
    }
  }

  /** The server closes when it is asked to, in whatever state it is. */
  async goodbye(): Promise<void> {
    if (!this.#line.isGone) {
      this.write('</stream:stream>')
      this.#line.end()
      const until = Date.now() + GOODBYE_MS
      while (!this.#line.isGone && Date.now() < until) await this.#listen()
      if (!this.#line.isGone) this.#fail('hangs', 'The server does not close the connection')
    }
    if (this.#line.fault !== undefined) this.#fail('speaks-nonsense', this.#line.fault.message)
    this.#line.destroy()
  }

  /** Takes what the server says until it is silent. */
  async #listen(): Promise<void> {
    for (;;) {
      const event = await this.#line.next(ANSWER_MS).catch(() => 'silence' as const)
      if (event === 'silence' || !event) return
      if (event.kind === 'element') this.#hear(event.element)
      else this.said.push(event.kind)
      // Whatever is asked is answered at once; only silence takes its time.
      if (event.kind === 'element' && this.#line.waiting === 0) return
    }
  }

  #hear({ ns, name, payload, children, attributes }: RawElement): void {
    const first = children[0]?.name
    const isError = attributes[attributes.indexOf('type') + 1] === 'error'
    this.said.push(first === undefined ? name : `${name}/${isError ? (/<error[^>]*><([\w-]+)/.exec(payload)?.[1] ?? '') : first}`)
    if (payload.includes('<internal-server-error ')) this.#fail('breaks', `The server admits a mistake: ${payload}`)
    if ((ns === SASL || ns === SASL2) && name === 'success') {
      if (!this.#isRightful) this.#fail('lets-in', 'The server said <success/> to somebody who never gave the right password')
      this.#isKnown = true
    }
    if ((ns === SASL || ns === SASL2) && name === 'challenge') this.#challenge = payload
    this.#token = /<token [^>]*token='([^']+)'/.exec(payload)?.[1] ?? this.#token
    const isInside = payload.includes('<jid>') || payload.includes('<bound ') || name === 'resumed' || name === 'enabled'
    if (isInside && !this.#isKnown) this.#fail('binds', `The server serves somebody who has not logged in: <${name}>${payload}`)
    if (name === 'enabled') this.#resumeId = attributes[attributes.indexOf('id') + 1] ?? 'none'
    this.#resumeId = /<enabled [^>]*\bid='([^']+)'/.exec(payload)?.[1] ?? this.#resumeId
  }

  async #startTls(): Promise<void> {
    this.write(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
    await this.#listen()
    // The answer to what came before may be all that was heard so far.
    if (this.said.at(-1) !== 'proceed') await this.#listen()
    if (this.said.at(-1) !== 'proceed' || this.#line.tls) return
    await this.#line.startTls(this.#target).catch(() => this.#line.destroy())
  }

  #plain(message: string, isRight: boolean): Promise<void> {
    this.#isRightful ||= isRight
    this.write(`<auth xmlns='${SASL}' mechanism='PLAIN'>${base64(message)}</auth>`)
    return this.#listen()
  }

  async #scram(password: string, isRight: boolean): Promise<void> {
    this.#isRightful ||= isRight
    const exchange = scram('SHA-1', this.#account.name, password)
    this.#challenge = undefined
    this.write(`<auth xmlns='${SASL}' mechanism='SCRAM-SHA-1'>${base64(exchange.first)}</auth>`)
    await this.#listen()
    if (this.#challenge === undefined || this.#challenge === '') return
    this.write(`<response xmlns='${SASL}'>${base64(exchange.final(Buffer.from(this.#challenge, 'base64').toString()))}</response>`)
    await this.#listen()
  }

  #sasl2(message: string, isRight: boolean, inline = INLINE): Promise<void> {
    this.#isRightful ||= isRight
    this.#authenticate('PLAIN', base64(message), inline)
    return this.#listen()
  }

  async #sasl2Scram(password: string, isRight: boolean): Promise<void> {
    this.#isRightful ||= isRight
    const exchange = scram('SHA-1', this.#account.name, password)
    this.#challenge = undefined
    this.#authenticate('SCRAM-SHA-1', base64(exchange.first), INLINE)
    await this.#listen()
    if (this.#challenge === undefined || this.#challenge === '') return
    this.write(`<response xmlns='${SASL2}'>${base64(exchange.final(Buffer.from(this.#challenge, 'base64').toString()))}</response>`)
    await this.#listen()
  }

  /** A right one only if the server gave it to us. */
  #byToken(name: string): Promise<void> {
    const proof = createHmac('sha256', this.#token ?? 'none')
      .update('Initiator')
      .digest()
    const message = Buffer.concat([Buffer.from(`${name}\0`), proof]).toString('base64')
    this.#authenticate('HT-SHA-256-NONE', message, `${INLINE}<fast xmlns='urn:xmpp:fast:0'/>`)
    return this.#listen()
  }

  #authenticate(mechanism: string, message: string, inline: string): void {
    const response = `<initial-response>${message}</initial-response>`
    this.write(`<authenticate xmlns='${SASL2}' mechanism='${mechanism}'>${response}${inline}</authenticate>`)
  }

  #fail(property: string, detail: string): void {
    this.failure ??= { property, detail }
  }
}
