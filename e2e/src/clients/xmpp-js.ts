/** `@xmpp/client`: TCP with STARTTLS, direct TLS, WebSocket; SCRAM-SHA-1 and PLAIN. */
import { type Entity, type Node, client, xml } from '@xmpp/client'
import {
  type Arrival,
  Arrivals,
  type ConnectOptions,
  type Device,
  type Door,
  type Library,
  bareOf,
  isPresenceOf,
  portOf,
} from './device.ts'
import type { Account, Target } from '../target/target.ts'

const doors: readonly Door[] = (['starttls', 'tls', 'websocket'] as const).flatMap(transport =>
  ['PLAIN', 'SCRAM-SHA-1'].map(mechanism => ({ label: `${mechanism} over ${transport}`, mechanism, transport })),
)
const SCHEMES = { starttls: 'xmpp', tls: 'xmpps', websocket: 'wss' } as const

export const xmppJs: Library = {
  name: '@xmpp/client',
  doors,
  async connect(target, account, options) {
    const entity = entityFor(target, account, options)
    const arrivals = new Arrivals<Arrival>(`${account.name}/${options.resource}`)
    const archived: { queryid: string; body: string }[] = []
    entity.on('stanza', stanza => {
      const result = stanza.getChild('result', 'urn:xmpp:mam:2')
      if (result) archived.push({ queryid: result.attrs['queryid'] ?? '', body: innerOf(result)?.getChildText('body') ?? '' })
      else for (const arrival of arrivalsOf(stanza)) arrivals.add(arrival)
    })
    entity.streamManagement.on('resumed', () => arrivals.add({ kind: 'resumed' }))
    let problem: Error | undefined
    entity.on('error', error => (problem = error))
    try {
      await start(entity)
    } catch (error) {
      // It would try again for ever.
      entity.reconnect.stop()
      await entity.stop().catch(() => {})
      throw problem ?? error
    }
    await entity.send(xml('presence'))
    return device(entity, arrivals, archived)
  },
}

/** The library listens for our header only after it sent its own: where the answer comes at once it waits in vain, and is online all the same. */
export function start(entity: Entity): Promise<unknown> {
  return Promise.race([entity.start(), new Promise<void>(resolve => entity.on('online', resolve))])
}

function entityFor(target: Target, { name, password }: Account, { resource, door, port = portOf(target, door) }: ConnectOptions): Entity {
  const path = door.transport === 'websocket' ? new URL(target.wsUrl).pathname : ''
  const entity = client({
    service: `${SCHEMES[door.transport]}://${target.domain}:${port}${path}`,
    domain: target.domain,
    resource,
    // A loaded machine takes longer than the library's two seconds.
    timeout: 10_000,
    credentials: authenticate => authenticate({ username: name, password }, door.mechanism ?? 'SCRAM-SHA-1'),
  })
  entity.reconnect.delay = 100
  // These scenarios are of clients that are sent what they missed; Bind 2 is tried in sasl2.test.ts.
  entity.sasl2.use('urn:xmpp:bind:0', () => undefined)
  return entity
}

function device(entity: Entity, arrivals: Arrivals<Arrival>, archived: { queryid: string; body: string }[]): Device {
  const ask = (type: 'get' | 'set', payload: Node): Promise<Node> => entity.iqCaller.request(xml('iq', { type }, payload))
  const roster = (...items: readonly Node[]): Node => xml('query', { xmlns: 'jabber:iq:roster' }, ...items)
  const send = (stanza: Node): void => void entity.send(stanza).catch(() => {})
  return {
    jid: entity.jid.toString(),
    say: (to, body) => send(xml('message', { to, type: 'chat', id: crypto.randomUUID() }, xml('body', {}, body))),
    hears: async body =>
      ((await arrivals.next(arrival => arrival.kind === 'message' && arrival.body === body, body)) as { from: string }).from,
    hearsCopy: async body => void (await arrivals.next(arrival => arrival.kind === 'copy' && arrival.body === body, `a copy of ${body}`)),
    enableCarbons: async () => void (await ask('set', xml('enable', { xmlns: 'urn:xmpp:carbons:2' }))),
    async befriend(jid) {
      await ask('set', roster(xml('item', { jid, name: 'a friend' })))
      await entity.send(xml('presence', { to: jid, type: 'subscribe' }))
    },
    async accept(jid) {
      await arrivals.next(isPresenceOf(jid, 'subscribe'), `a request of ${jid}`)
      await entity.send(xml('presence', { to: jid, type: 'subscribed' }))
      await entity.send(xml('presence', { to: jid, type: 'subscribe' }))
    },
    sees: async (jid, isAvailable) =>
      void (await arrivals.next(isPresenceOf(jid, isAvailable ? 'available' : 'unavailable'), `${jid} ${isAvailable}`)),
    async contacts() {
      const answer = await ask('get', roster())
      const items = answer.getChild('query', 'jabber:iq:roster')?.getChildren('item') ?? []
      return new Map(items.map(({ attrs }) => [attrs['jid'] ?? '', attrs['subscription'] ?? '']))
    },
    history: page => history(ask, archived, page),
    resumed: async () => void (await arrivals.next(({ kind }) => kind === 'resumed', 'the resumption')),
    leave: async () => void (await entity.stop()),
  }
}

async function history(
  ask: (type: 'set', payload: Node) => Promise<Node>,
  archived: { queryid: string; body: string }[],
  page: number,
): Promise<string[]> {
  const queryid = crypto.randomUUID()
  for (let after: string | undefined; ;) {
    const bounds = after === undefined ? [] : [xml('after', {}, after)]
    const set = xml('set', { xmlns: 'http://jabber.org/protocol/rsm' }, xml('max', {}, String(page)), ...bounds)
    const answer = await ask('set', xml('query', { xmlns: 'urn:xmpp:mam:2', queryid }, set))
    const fin = answer.getChild('fin', 'urn:xmpp:mam:2')
    after = fin?.getChild('set', 'http://jabber.org/protocol/rsm')?.getChildText('last') ?? undefined
    if (!fin || fin.attrs['complete'] === 'true' || after === undefined)
      return archived.filter(result => result.queryid === queryid).map(({ body }) => body)
  }
}

const innerOf = (wrapper: Node): Node | undefined => wrapper.getChild('forwarded', 'urn:xmpp:forward:0')?.getChild('message')

function arrivalsOf(stanza: Node): readonly Arrival[] {
  const from = stanza.attrs['from'] ?? ''
  if (stanza.is('presence')) return [{ kind: 'presence', from, type: stanza.attrs['type'] ?? 'available' }]
  if (!stanza.is('message')) return []
  const body = stanza.getChildText('body')
  if (body !== null) return [{ kind: 'message', from: bareOf(from), body }]
  const copy = stanza.getChild('received', 'urn:xmpp:carbons:2') ?? stanza.getChild('sent', 'urn:xmpp:carbons:2')
  const inner = copy && innerOf(copy)
  return inner ? [{ kind: 'copy', from: inner.attrs['from'] ?? '', body: inner.getChildText('body') ?? '' }] : []
}
