/** `stanza`: WebSocket; SCRAM-SHA-256, SCRAM-SHA-1 and PLAIN. */
import { type Agent, createClient } from 'stanza'
import { type Arrival, Arrivals, type ConnectOptions, type Device, type Library, bareOf, isPresenceOf, portOf } from './device.ts'
import type { Account, Target } from '../target/target.ts'

const MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const

export const stanzaJs: Library = {
  name: 'stanza',
  doors: MECHANISMS.map(mechanism => ({ label: `${mechanism} over websocket`, mechanism, transport: 'websocket' })),
  async connect(target, account, options) {
    const agent = agentFor(target, account, options)
    const arrivals = new Arrivals<Arrival>(`${account.name}/${options.resource}`)
    listen(agent, arrivals)
    const bound = new Promise<string>((resolve, reject) => {
      agent.once('session:started', bound => resolve(bound ?? agent.jid))
      agent.once('auth:failed', () => reject(new Error('The server refused the password')))
      agent.once('disconnected', error => reject(error ?? new Error('The server closed the connection')))
      agent.connect()
    })
    const jid = await bound.catch((error: unknown) => {
      // It would try again for ever.
      agent.disconnect()
      throw error
    })
    agent.sendPresence()
    return device(agent, jid, arrivals)
  },
}

function agentFor(target: Target, { name, password }: Account, { resource, door, port = portOf(target, door) }: ConnectOptions): Agent {
  const url = new URL(target.wsUrl)
  url.port = String(port)
  const agent = createClient({
    jid: `${name}@${target.domain}`,
    password,
    resource,
    transports: { websocket: url.href, bosh: false },
    autoReconnect: true,
    maxReconnectBackoff: 0.1,
    useStreamManagement: true,
  })
  for (const mechanism of ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS', ...MECHANISMS])
    if (mechanism !== door.mechanism) agent.sasl.disable(mechanism)
  return agent
}

function listen(agent: Agent, arrivals: Arrivals<Arrival>): void {
  agent.on('message', ({ from, body }) => {
    if (body !== undefined) arrivals.add({ kind: 'message', from: bareOf(from), body })
  })
  agent.on('presence', ({ from, type = 'available' }) => arrivals.add({ kind: 'presence', from, type }))
  agent.on('stream:management:resumed', () => arrivals.add({ kind: 'resumed' }))
  for (const event of ['carbon:received', 'carbon:sent'] as const) {
    agent.on(event, ({ carbon }) => {
      const { message } = carbon.forward
      arrivals.add({ kind: 'copy', from: message?.from ?? '', body: message?.body ?? '' })
    })
  }
}

function device(agent: Agent, jid: string, arrivals: Arrivals<Arrival>): Device {
  return {
    jid,
    say: (to, body) => void agent.sendMessage({ to, body, type: 'chat' }),
    hears: async body =>
      ((await arrivals.next(arrival => arrival.kind === 'message' && arrival.body === body, body)) as { from: string }).from,
    hearsCopy: async body => void (await arrivals.next(arrival => arrival.kind === 'copy' && arrival.body === body, `a copy of ${body}`)),
    enableCarbons: () => agent.enableCarbons(),
    async befriend(jid) {
      await agent.updateRosterItem({ jid, name: 'a friend', subscription: 'none' })
      agent.subscribe(jid)
    },
    async accept(jid) {
      await arrivals.next(isPresenceOf(jid, 'subscribe'), `a request of ${jid}`)
      agent.acceptSubscription(jid)
      agent.subscribe(jid)
    },
    sees: async (jid, isAvailable) =>
      void (await arrivals.next(isPresenceOf(jid, isAvailable ? 'available' : 'unavailable'), `${jid} ${isAvailable}`)),
    contacts: async () => new Map((await agent.getRoster()).items.map(({ jid, subscription }) => [jid, subscription ?? ''])),
    async history(page) {
      const bodies: string[] = []
      for (let after: string | undefined; ;) {
        const {
          results = [],
          complete,
          paging,
        } = await agent.searchHistory({ paging: after === undefined ? { max: page } : { max: page, after } })
        bodies.push(...results.map(({ item }) => item.message?.body ?? ''))
        after = paging?.last
        if (complete || after === undefined) return bodies
      }
    },
    resumed: async () => void (await arrivals.next(({ kind }) => kind === 'resumed', 'the resumption')),
    leave: () =>
      new Promise(resolve => {
        agent.once('disconnected', () => resolve())
        agent.disconnect()
      }),
  }
}
