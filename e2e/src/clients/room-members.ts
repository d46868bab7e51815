/** Clients that others wrote, each as one person in rooms (XEP-0045): they enter, say something, and know what they heard. */
import { client as xmppClient, xml } from '@xmpp/client'
import { createClient } from 'stanza'
import type { Account, Target } from '../target/target.ts'
import { start } from './xmpp-js.ts'

export interface Member {
  readonly enter: (room: string) => Promise<void>
  readonly say: (room: string, body: string) => void
  /** Every body that was heard, in order, and not as history. */
  readonly heard: string[]
  readonly stop: () => void | Promise<void>
}

interface Owner extends Member {
  /** Opens the room that it made to others (XEP-0045 §10.1). */
  readonly unlock: (room: string) => Promise<void>
}

export async function stanzaMember(target: Target, account: Account): Promise<Owner> {
  const agent = createClient({
    jid: `${account.name}@${target.domain}`,
    password: account.password,
    resource: 'stanza',
    transports: { websocket: target.wsUrl, bosh: false },
    autoReconnect: false,
  })
  for (const mechanism of ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-1-PLUS']) agent.sasl.disable(mechanism)
  const started = new Promise(resolve => agent.once('session:started', resolve))
  agent.connect()
  await started
  agent.sendPresence()
  const heard: string[] = []
  agent.on('groupchat', message => {
    if (message.body !== undefined && !message.delay) heard.push(message.body)
  })
  return {
    enter: async room => void (await agent.joinRoom(room, account.name)),
    unlock: async room => void (await agent.configureRoom(room, { fields: [] })),
    say: (room, body) => void agent.sendMessage({ to: room, type: 'groupchat', body }),
    heard,
    stop: () => agent.disconnect(),
  }
}

export async function xmppJsMember(target: Target, { name, password }: Account): Promise<Member> {
  const entity = xmppClient({
    service: target.wsUrl,
    domain: target.domain,
    resource: 'xmpp-js',
    timeout: 10_000,
    credentials: authenticate => authenticate({ username: name, password }, 'SCRAM-SHA-1'),
  })
  entity.on('error', () => {})
  const heard: string[] = []
  const inside = Promise.withResolvers<void>()
  entity.on('stanza', stanza => {
    if (stanza.is('message') && stanza.attrs['type'] === 'groupchat' && !stanza.getChild('delay')) {
      const body = stanza.getChildText('body')
      if (body !== null) heard.push(body)
    }
    const codes = stanza.getChild('x', 'http://jabber.org/protocol/muc#user')?.getChildren('status') ?? []
    if (stanza.is('presence') && codes.some(({ attrs }) => attrs['code'] === '110')) inside.resolve()
  })
  await start(entity)
  entity.reconnect.stop()
  return {
    async enter(room) {
      await entity.send(xml('presence', { to: `${room}/${name}` }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' })))
      await inside.promise
    },
    say: (room, body) => void entity.send(xml('message', { to: room, type: 'groupchat' }, xml('body', {}, body))),
    heard,
    stop: async () => void (await entity.stop()),
  }
}

export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !isSo(); await new Promise(resolve => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`${what} did not happen`)
}
