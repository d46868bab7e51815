import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import { town } from '@plodge/testkit/town.ts'
import { element } from '@plodge/xmpp/xeps/codec.ts'
import { get } from '@plodge/xmpp/xeps/exchange.ts'
import { NOTHING_REGISTERED } from '@plodge/xmpp/xeps/register.ts'
import type { Connection, ConnectionHandler } from '../net/connection.ts'
import type { Limits } from '../settings.ts'
import type { BoundSession } from './bound-session.ts'
import { ClientStream } from './client-stream.ts'
import type { StreamContext } from './stream.ts'
import { authenticated } from './phases/authenticated.ts'
import { HEADER } from './raw-client.testing.ts'
import { Resumables } from './resumables.ts'
import { sweep } from './sweep.ts'

const Riddle = get(element('urn:example:riddle', 'riddle'))
const OPEN = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='chat.cam.ac.uk' version='1.0'/>`
const BIND = `<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>orchard</resource></bind></iq>`
const SM = 'urn:xmpp:sm:3'
const riddle = (id: string): string =>
  `<iq xmlns='jabber:client' type='get' id='${id}' to='chat.cam.ac.uk'><riddle xmlns='urn:example:riddle'/></iq>`
/** Long enough for all that waits for no more than a promise. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

class Line implements Connection {
  readonly address = '192.0.2.1'
  readonly isSecure = true
  readonly isFramed: boolean
  readonly protocol = 'TLSv1.3'
  readonly channelBindings = []
  readonly certificate = undefined
  queued = 0
  handler: ConnectionHandler | undefined
  written = ''
  isPaused = false
  hasEnded = false

  constructor(isFramed: boolean) {
    this.isFramed = isFramed
  }

  write(text: string): void {
    this.written += text
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  startTls(): void {}

  channelBinding(): undefined {
    return undefined
  }

  end(): void {
    this.hasEnded = true
  }

  destroy(): void {
    this.handler?.onClose()
  }

  takes(): string {
    const { written } = this
    this.written = ''
    return written
  }
}

/** Streams of Romeo, who has logged in, and the answers and commits that they wait for. */
function streams(limits: Partial<Limits> = {}) {
  const { host, router, clock, log } = town()
  const gates: PromiseWithResolvers<void>[] = []
  const store = { commit: undefined as Promise<void> | undefined }
  host.answer(Riddle, 'server', () => {
    const gate = Promise.withResolvers<void>()
    gates.push(gate)
    return gate.promise
  })
  const context: StreamContext = {
    host,
    router,
    archive: { committed: () => store.commit },
    resumables: new Resumables(),
    streams: new Set(),
    limits: () => testLimits(limits),
    clients: { saw: () => 'others', resourceOf: () => 'own' },
    tokens: { isOn: false, check: async () => ({ kind: 'wrong' }), issue: () => Promise.reject(new Error('no tokens')) },
    verifiers: { find: () => undefined, saltFor: () => ({ salt: '', iterations: 1 }), addVerifiers: async () => {} },
    authenticator: { mechanisms: () => [], begin: () => undefined },
    certificates: { holderOf: () => undefined, standingOf: () => 'unknown' },
    registrar: { isOpen: false, form: NOTHING_REGISTERED, register: async () => {} },
    admit: () => true,
  }
  const known = (isFramed = false): Line => {
    const line = new Line(isFramed)
    line.handler = new ClientStream(line, context, authenticated({ localpart: 'romeo', client: undefined, appPassword: undefined }))
    line.handler.onText(isFramed ? OPEN : HEADER)
    return line
  }
  const bound = (isFramed = false): Line => {
    const line = known(isFramed)
    line.handler?.onText(BIND)
    line.takes()
    return line
  }
  const enabled = (): readonly [Line, string] => {
    const line = bound()
    line.handler?.onText(`<enable xmlns='${SM}' resume='true'/>`)
    return [line, / id='([^']+)'/.exec(line.takes())?.[1] ?? '']
  }
  const session = (): BoundSession => [...host.sessions.all()][0] as BoundSession
  return { host, context, clock, log, gates, store, known, bound, enabled, session }
}

const resume = (id: string): string => `<resume xmlns='${SM}' previd='${id}' h='0'/>`

test('a client that goes while its resumption waits for the disk leaves the session as it was: waiting', async () => {
  const { enabled, known, store, session, context } = streams()
  const [old, id] = enabled()
  old.handler?.onClose()
  const commit = Promise.withResolvers<void>()
  store.commit = commit.promise
  const hasty = known()
  hasty.handler?.onText(resume(id))
  hasty.handler?.onClose()
  commit.resolve()
  await turn()
  assert.equal(session().line, undefined)
  assert.deepEqual([...context.resumables.waiting()], [session()])
})

test('XEP-0198 §5: what is still being done is done before the session is resumed, and counted', async () => {
  const { enabled, known, gates } = streams()
  const [old, id] = enabled()
  old.handler?.onText(riddle('slow') + riddle('never'))
  const client = known()
  client.takes()
  client.handler?.onText(resume(id))
  await turn()
  assert.equal(client.takes(), '')
  assert.match(old.takes(), /<conflict /)
  gates[0]?.resolve()
  await turn()
  assert.match(
    client.takes(),
    /^<resumed [^>]* h='1'\/><iq to='romeo@chat\.cam\.ac\.uk\/orchard' from='chat\.cam\.ac\.uk' type='result' id='slow'\/>/,
  )
  assert.equal(gates.length, 1)
})

test('two connections that come back to one session at once: the later has it', async () => {
  const { enabled, known, store, session } = streams()
  const [old, id] = enabled()
  old.handler?.onClose()
  store.commit = Promise.resolve()
  const both = [known(), known()]
  for (const line of both) line.handler?.onText(resume(id))
  await turn()
  assert.match(both[0]?.takes() ?? '', /<resumed .*<conflict /)
  assert.match(both[1]?.takes() ?? '', /<resumed [^>]*\/>$/)
  assert.equal(session().line, both[1]?.handler)
})

test('while one stanza waits the next are kept, in order, and the socket is not read', async () => {
  for (const isFramed of [false, true]) {
    const { bound, gates } = streams()
    const line = bound(isFramed)
    line.handler?.onText(riddle('first'))
    assert.equal(line.isPaused, false)
    for (const id of ['second', 'third']) line.handler?.onText(riddle(id))
    assert.equal(line.isPaused, true)
    for (let i = 0; i < 3; i++) {
      assert.equal(gates.length, i + 1)
      gates[i]?.resolve()
      await turn()
    }
    assert.deepEqual(
      [...line.takes().matchAll(/ id='(\w+)'/g)].map(([, id]) => id),
      ['first', 'second', 'third'],
    )
    assert.equal(line.isPaused, false)
  }
})

test('RFC 7395 §3.3.3: halves of an element in two messages are no element, also when they had to wait', async () => {
  const { bound, gates } = streams()
  const line = bound(true)
  line.handler?.onText(riddle('first'))
  line.handler?.onText(riddle('second').slice(0, 20))
  line.handler?.onText(riddle('second').slice(20))
  gates[0]?.resolve()
  await turn()
  assert.match(line.takes(), /<not-well-formed /)
  assert.equal(gates.length, 1)
})

test('what a client said before it closed its side is done, and then its session ends', async () => {
  const { bound, gates, host } = streams()
  const line = bound()
  line.handler?.onText(riddle('first') + riddle('second'))
  line.handler?.onEnd()
  for (let i = 0; i < 2; i++) {
    assert.equal(line.hasEnded, false)
    gates[i]?.resolve()
    await turn()
  }
  assert.match(line.takes(), /id='first'.*id='second'/)
  assert.deepEqual([line.hasEnded, host.sessions.count], [true, 0])
})

test('the sweep passes over nobody because of somebody else', () => {
  const { bound, known, clock, context, log } = streams({ loginSeconds: 10 })
  const odd = bound()
  Object.defineProperty(odd, 'queued', {
    get: () => {
      throw new TypeError('no such socket')
    },
  })
  const slow = known()
  slow.takes()
  clock.advance({ seconds: 11 })
  sweep(context)
  assert.match(slow.takes(), /<connection-timeout /)
  assert.equal(log.complaints.length, 1)
})

test('XEP-0198 §3: a session that waits for ever names no time', () => {
  const { bound } = streams({ resumeSeconds: Infinity })
  const line = bound()
  line.handler?.onText(`<enable xmlns='${SM}' resume='true'/>`)
  assert.match(line.takes(), /^<enabled xmlns='urn:xmpp:sm:3' id='[^']+' resume='true'\/>$/)
})
