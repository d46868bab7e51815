/** Rooms (XEP-0045), as clients that others wrote use them: one alone, and three of them in one room. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { client as xmppClient, xml } from '@xmpp/client'
import { createClient } from 'stanza'
import { firstLogin } from './client/first-login.ts'
import { Profanity, profanityMissing } from './clients/profanity.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { unless } from './clients/skip.ts'
import { start } from './clients/xmpp-js.ts'
import { startTarget, targetName } from './target/start.ts'
import { type Account, type RunningTarget, person } from './target/target.ts'

const elsewhere = targetName === 'plodge' ? undefined : 'it needs what only Plodge is set up for here'
const SCRIPT = join(import.meta.dirname, 'slixmpp/rooms.py')

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: 8 })
})
after(() => target.stop())

test('slixmpp makes a room, keeps order in it, and ends it', { skip: unless(slixmpp.missing ?? elsewhere) }, async () => {
  const accounts = [0, 1, 2, 6].map(at => person(target, at))
  for (const account of accounts) await firstLogin(target, account)
  const { host, port, domain, certificateFile: certificate } = target
  const settings = JSON.stringify({ accounts, host, port, domain, certificate })
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SCRIPT, settings], { timeout: 90_000 })
  // The library prints some lines of its own.
  const lines = stdout.split('\n').filter(line => line.startsWith('{'))
  const saw = lines.map(line => JSON.parse(line) as { step: string; saw: unknown }).map(({ step, saw }) => [step, saw])
  const room = `coven@group.${domain}`
  assert.deepEqual(Object.fromEntries(saw), {
    'a room is made': [100, 110, 170, 201, 210],
    'it is closed until it is configured': 'item-not-found',
    'somebody comes in': [[100, 110, 170, 210], 'user1', ['user0', 'user1'], 0, ''],
    'everybody hears': [`${room}/user1`, 'Double, double toil and trouble', true],
    'the subject': 'user0',
    'a whisper': `${room}/user1`,
    'a newcomer reads what was said': [['Double, double toil and trouble'], 'Fire burn'],
    'somebody is put out': [[110, 307], 'Avaunt'],
    'and banned': 'forbidden',
    members: [`user1@${domain}`],
    'an invitation': [room, `user0@${domain}`, 'All is forgiven'],
    'whoever is not inside knows it': 'not-acceptable',
    'the history': ['Double, double toil and trouble', ''],
    'what the room is': ['A Dark Cave', true],
    'the rooms there are': [[room, 'A Dark Cave']],
    'somebody leaves': 'farewell',
    'the room is gone': 'item-not-found',
  })
})

interface Member {
  readonly enter: (room: string) => Promise<void>
  readonly say: (room: string, body: string) => void
  /** Every body that was heard, and not as history. */
  readonly heard: string[]
  readonly stop: () => void | Promise<void>
}

async function stanzaMember(account: Account): Promise<Member> {
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
    say: (room, body) => void agent.sendMessage({ to: room, type: 'groupchat', body }),
    heard,
    stop: () => agent.disconnect(),
  }
}

async function xmppJsMember({ name, password }: Account): Promise<Member> {
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

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !isSo(); await new Promise(resolve => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`${what} did not happen`)
}

test('stanza, @xmpp/client and profanity talk in one room', { skip: unless(profanityMissing ?? elsewhere) }, async t => {
  const accounts = [3, 4, 5].map(at => person(target, at))
  for (const account of accounts) await firstLogin(target, account)
  const [one, two, three] = accounts as [Account, Account, Account]
  const room = `talk@group.${target.domain}`
  const profanity = await Profanity.start(target, one, { resource: 'profanity' })
  t.after(() => profanity.quit())
  profanity.type(`/join ${room}`)
  await profanity.shows(/locked|created|You have joined/i)
  profanity.type('/room accept')
  await profanity.shows(/unlocked|accepted/i)
  const [first, second] = await enterAll(t, room, two, three)
  profanity.type('from profanity')
  first.say(room, 'from stanza')
  second.say(room, 'from @xmpp/client')
  const all = ['from @xmpp/client', 'from profanity', 'from stanza']
  for (const one of [first, second]) await until('hearing everybody', () => [...one.heard].sort().join() === all.join())
  assert.deepEqual(first.heard, second.heard, 'in the same order')
  await profanity.shows(new RegExp(`${two.name}: from stanza`))
  await profanity.shows(new RegExp(`${three.name}: from @xmpp/client`))
})

async function enterAll(t: TestContext, room: string, one: Account, other: Account): Promise<readonly [Member, Member]> {
  const members = [await stanzaMember(one), await xmppJsMember(other)] as const
  for (const member of members) {
    t.after(member.stop)
    await member.enter(room)
  }
  return members
}
