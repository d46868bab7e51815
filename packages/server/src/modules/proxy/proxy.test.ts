import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect } from 'node:net'
import test, { type TestContext } from 'node:test'
import { testProxy } from '@plodge/testkit/settings.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Activate, AskStreamHost } from '@plodge/xmpp/xeps/bytestreams.ts'
import { tcpServer } from '../../net/listener.ts'
import type { ProxySettings } from '../../settings.ts'
import { Meetings } from './meetings.ts'
import { nameOf, proxy } from './proxy.ts'

const PROXY = 'proxy.chat.cam.ac.uk'
const ROMEO = 'romeo@chat.cam.ac.uk/laptop'
const JULIET = 'juliet@example.net/balcony'
const EMPTY = { sid: undefined, mode: undefined, dstaddr: undefined, hosts: [], used: undefined, activate: undefined }
const jid = (text: string): Jid => Jid.parse(text) ?? assert.fail(text)
const nameFor = (sid: string): string => nameOf(sid, jid(ROMEO), jid(JULIET))

interface ProxyTown extends Town {
  readonly meetings: Meetings
  /** A connection that sent the greeting and a request for the stream, and had both answered. */
  readonly knock: (sid: string) => Promise<End>
  readonly raw: () => Promise<End>
  readonly activate: (sid: string) => Promise<void>
}

async function proxyTown(t: TestContext, rules: Partial<ProxySettings> = {}): Promise<ProxyTown> {
  let meetings!: Meetings
  let port = 0
  const parts = town({
    modules: ({ log }) => {
      meetings = new Meetings(
        () => testProxy(rules),
        address => address,
        log,
      )
      return [proxy({ domain: jid(PROXY).account, meetings, place: () => ({ host: '127.0.0.1', port }) })]
    },
  })
  const server = tcpServer(socket => meetings.accept(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ;({ port } = server.address() as AddressInfo)
  const ends: End[] = []
  t.after(() => {
    for (const end of ends) end.socket.destroy()
    meetings.close()
    server.close()
  })
  const raw = async (): Promise<End> => {
    const end = new End(connect({ port, host: '127.0.0.1' }))
    ends.push(end)
    await once(end.socket, 'connect')
    return end
  }
  const romeo = parts.client('romeo/laptop')
  return {
    ...parts,
    meetings,
    raw,
    async knock(sid) {
      const end = await raw()
      end.socket.write(Buffer.from([5, 1, 0]))
      assert.deepEqual(await end.takes(2), Buffer.from([5, 0]))
      const request = requestFor(nameFor(sid))
      end.socket.write(request)
      assert.deepEqual(await end.takes(request.length), Buffer.concat([Buffer.from([5, 0, 0, 3, 40]), request.subarray(5)]))
      return end
    },
    activate: sid => romeo.asks(Activate, { ...EMPTY, sid, activate: JULIET }, { to: PROXY }),
  }
}

const requestFor = (hash: string): Buffer => Buffer.concat([Buffer.from([5, 1, 0, 3, 40]), Buffer.from(hash), Buffer.from([0, 0])])

class End {
  readonly socket: Socket
  readonly closed: Promise<unknown>
  #bytes = Buffer.alloc(0)
  #heard = Promise.withResolvers<void>()

  constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', () => {})
    const wake = (): void => {
      this.#heard.resolve()
      this.#heard = Promise.withResolvers()
    }
    socket.on('data', bytes => {
      this.#bytes = Buffer.concat([this.#bytes, bytes])
      wake()
    })
    socket.on('close', wake)
  }

  get length(): number {
    return this.#bytes.length
  }

  /** So many bytes; fewer when the connection closed before. */
  async takes(count: number): Promise<Buffer> {
    while (this.#bytes.length < count && !this.socket.closed) await this.#heard.promise
    const taken = this.#bytes.subarray(0, count)
    this.#bytes = this.#bytes.subarray(count)
    return taken
  }
}

/** The server hears a moment after its client that a connection is closed. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve))
}

test('the proxy says where it is, to our people', async t => {
  const { client, host } = await proxyTown(t)
  const { hosts } = await client('romeo/laptop').asks(AskStreamHost, EMPTY, { to: PROXY })
  assert.equal(hosts.length, 1)
  assert.deepEqual([hosts[0]?.jid, hosts[0]?.host], [PROXY, '127.0.0.1'])
  const stranger = Jid.parse('tybalt@example.net/x') ?? assert.fail()
  const call = {
    from: stranger,
    to: jid(PROXY),
    owner: '',
    session: undefined,
    iq: Stanza.of('iq', { type: 'get' }, [AskStreamHost.request.write(EMPTY)]),
  }
  assert.throws(() => host.services.get(PROXY)?.ask(call), { condition: 'forbidden' })
})

test('two ends meet, and megabytes go both ways until one of them is done', async t => {
  const { knock, activate, meetings } = await proxyTown(t)
  const [juliet, romeo] = [await knock('s1'), await knock('s1')]
  await activate('s1')
  assert.equal(meetings.waiting, 0)
  const file = randomBytes(5_000_000)
  const answer = randomBytes(100_000)
  romeo.socket.end(file)
  assert.ok((await juliet.takes(file.length)).equals(file))
  juliet.socket.end(answer)
  assert.ok((await romeo.takes(answer.length)).equals(answer))
  await Promise.all([juliet.closed, romeo.closed])
  assert.equal(meetings.bytes, file.length + answer.length)
  await until(() => meetings.streams === 0)
})

test('what the first end says before the stream begins is kept for it', async t => {
  const { raw, knock, activate } = await proxyTown(t)
  const early = await raw()
  early.socket.write(Buffer.concat([Buffer.from([5, 1, 0]), requestFor(nameFor('s1')), Buffer.from('early')]))
  assert.equal((await early.takes(49)).length, 49)
  const late = await knock('s1')
  await activate('s1')
  assert.equal((await late.takes(5)).toString(), 'early')
})

test('a stream begins when both ends are there and somebody of ours says so, not before', async t => {
  const { knock, activate, client } = await proxyTown(t)
  await assert.rejects(activate('s1'), { condition: 'item-not-found' })
  const first = await knock('s1')
  await assert.rejects(activate('s1'), { condition: 'not-allowed' })
  await knock('s1')
  // The name has the address of who asks: nobody begins the stream of another.
  const question = { ...EMPTY, sid: 's1', activate: JULIET }
  await assert.rejects(client('tybalt/laptop').asks(Activate, question, { to: PROXY }), { condition: 'item-not-found' })
  const ask = (changes: Partial<typeof question>): Promise<unknown> =>
    client('romeo/phone').asks(Activate, { ...question, ...changes }, { to: PROXY })
  await assert.rejects(ask({ activate: undefined as never }), { condition: 'bad-request' })
  await assert.rejects(ask({ sid: undefined as never }), { condition: 'bad-request' })
  await assert.rejects(ask({ sid: 'x'.repeat(1025) }), { condition: 'bad-request' })
  await assert.rejects(ask({ activate: '@' }), { condition: 'jid-malformed' })
  assert.equal(first.length, 0)
})

test('a third connection of the same name is refused, and the two go on', async t => {
  const { knock, raw, activate } = await proxyTown(t)
  const [juliet, romeo] = [await knock('s1'), await knock('s1')]
  const third = await raw()
  third.socket.write(Buffer.concat([Buffer.from([5, 1, 0]), requestFor(nameFor('s1'))]))
  assert.deepEqual(Array.from(await third.takes(12)), [5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0])
  await activate('s1')
  romeo.socket.write('here')
  assert.equal((await juliet.takes(4)).toString(), 'here')
})

test('who does not speak SOCKS as it is spoken here is refused in its words', async t => {
  const { raw } = await proxyTown(t)
  const says = async (...bytes: number[]): Promise<number[]> => {
    const end = await raw()
    end.socket.write(Buffer.from(bytes))
    const answer = Array.from(await end.takes(2))
    end.socket.end()
    await end.closed
    return [...answer, ...(await end.takes(10))].slice(0, 4)
  }
  assert.deepEqual(await says(4, 1), [])
  assert.deepEqual(await says(0x47, 0x45, 0x54), [])
  assert.deepEqual(await says(5, 1, 2), [5, 0xff])
  assert.deepEqual(await says(5, 1, 0, 5, 2, 0, 3), [5, 0, 5, 7])
  assert.deepEqual(await says(5, 1, 0, 5, 1, 0, 1), [5, 0, 5, 8])
  assert.deepEqual(await says(5, 1, 0, 5, 1, 0, 3, 2, 65, 66, 0, 0), [5, 0, 5, 2])
})

test('connections that wait are bounded in number and time; the oldest goes first', async t => {
  const { raw, knock, meetings } = await proxyTown(t, { waiting: 3, waitingPerAddress: 4, waitSeconds: 0.3 })
  const ends = [await knock('a'), await knock('b'), await knock('c'), await knock('d')]
  await ends[0]?.closed
  assert.equal(meetings.waiting, 3)
  const began = performance.now()
  await Promise.all(ends.map(({ closed }) => closed))
  assert.ok(performance.now() - began < 5000)
  const silent = await raw()
  await silent.closed
  await until(() => meetings.waiting === 0)
})

test('one address cannot take all the places', async t => {
  const { raw, knock, meetings } = await proxyTown(t, { waitingPerAddress: 2 })
  await knock('a')
  await knock('b')
  const third = await raw()
  await third.closed
  assert.equal(meetings.waiting, 2)
})

test('a person has so many streams, and the proxy too', async t => {
  const { knock, activate, meetings } = await proxyTown(t, { streamsPerPerson: 1, streams: 1 })
  const ends = [await knock('a'), await knock('a'), await knock('b'), await knock('b')]
  await activate('a')
  await assert.rejects(activate('b'), { condition: 'resource-constraint' })
  ends[0]?.socket.destroy()
  await ends[1]?.closed
  await until(() => meetings.streams === 0)
  await activate('b')
})

test('a stream is no larger and no faster than it may be, and does not stand still for ever', async t => {
  await t.test('size', async t => {
    const { knock, activate } = await proxyTown(t, { streamBytes: 1000 })
    const [juliet, romeo] = [await knock('a'), await knock('a')]
    await activate('a')
    romeo.socket.write(Buffer.alloc(1000))
    assert.equal((await juliet.takes(1000)).length, 1000)
    romeo.socket.write('x')
    await Promise.all([juliet.closed, romeo.closed])
    assert.equal(juliet.length, 0)
  })
  await t.test('speed', async t => {
    const { knock, activate } = await proxyTown(t, { bytesPerSecond: 400_000 })
    const [juliet, romeo] = [await knock('a'), await knock('a')]
    await activate('a')
    const began = performance.now()
    romeo.socket.end(Buffer.alloc(600_000))
    await juliet.takes(600_000)
    const took = performance.now() - began
    assert.ok(took > 300, `${took} ms`)
  })
  await t.test('idleness', async t => {
    const { knock, activate } = await proxyTown(t, { idleSeconds: 0.2 })
    const [juliet, romeo] = [await knock('a'), await knock('a')]
    await activate('a')
    await Promise.all([juliet.closed, romeo.closed])
  })
})
