/** A person looks at their devices, makes passwords for them and shuts them out, by XEP-0494 and by command. */
import assert from 'node:assert/strict'
import { type TestContext, after, test } from 'node:test'
import type { Answers } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { ListClients, RevokeClient } from '@plodge/xmpp/xeps/client-access.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { Devices } from '../../accounts/devices/devices.ts'
import { Passwords } from '../../accounts/passwords/passwords.ts'
import { campus } from '../../accounts/testing.ts'
import type { Result } from '../../routing/commands.ts'
import { clientAccess } from './client-access.ts'

const passwords = new Passwords()
after(() => passwords.close())

const PHONE = 'd4565fa7-4d72-4749-b3d3-740edbf87770'
const HOME = '192.0.2.1'

async function here(t: TestContext, { tells = true } = {}) {
  const accounts = await campus(t, passwords)
  await accounts.accounts.add({ localpart: 'romeo', password: 'pencil' })
  const made = town({
    modules: ({ host }) => [
      clientAccess({
        devices: new Devices({
          ...accounts,
          rule: () => accounts.rule,
          sessionsOf: localpart => [...host.sessions.all()].filter(session => session.localpart === localpart),
          endSession: session => session.end('not-authorized', 'shut out'),
          clock: () => accounts.clock.now,
        }),
        clients: accounts.clients,
        webSessions: accounts.webSessions,
        tellsOfNewDevices: () => tells,
      }),
    ],
  })
  const endAll = (localpart: string, id: string): void => {
    for (const session of made.host.sessions.all())
      if (session.localpart === localpart && session.client === id) session.end('not-authorized', 'shut out')
  }
  accounts.clients.onRevoked(endAll)
  accounts.webSessions.onEnded(endAll)
  return { ...made, ...accounts, perform: (client: TownClient, node: string, device?: string) => perform(made, client, node, device) }
}

async function perform({ host }: Town, { session }: TownClient, node: string, device?: string): Promise<Result> {
  const command = host.commands.get(node)
  assert(command)
  const caller = { localpart: session.localpart, role: 'person', session } as const
  const answers: Answers = new Map(device === undefined ? [] : [['device', [device]]])
  return host.commands.perform(command, answers, caller)
}

test('the list has what is connected, what could come back, and passwords that nobody uses', async t => {
  const { client, clients, appPasswords, clock } = await here(t)
  const romeo = client('romeo/orchard')
  clients.saw({ localpart: 'romeo', way: 'password', address: HOME, userAgentId: PHONE, software: 'Conversations', device: 'Phone' })
  clock.now += 60_000
  const made = await appPasswords.make('romeo', 'fridge')
  const listed = await romeo.asks(ListClients, {})
  assert.deepEqual(
    listed.clients.map(({ connected, type, lastSeen, auth, permission, userAgent }) => [
      connected,
      type,
      lastSeen,
      Object.entries(auth).flatMap(([name, has]) => (has ? [name] : [])),
      permission.status,
      userAgent?.software ?? userAgent?.device,
    ]),
    [
      [true, 'session', 1_060_000, ['password'], 'unrestricted', 'orchard'],
      [false, 'session', 1_000_000, ['password'], 'unrestricted', 'Conversations'],
      [false, 'access', undefined, ['grant'], 'normal', 'fridge'],
    ],
  )
  assert(made.kind === 'made')
  await romeo.asks(RevokeClient, { id: made.id })
  assert.equal((await romeo.asks(ListClients, {})).clients.length, 2)
  await assert.rejects(romeo.asks(RevokeClient, { id: made.id }), { condition: 'item-not-found' })
})

test('a client that knows the password is revoked only after a password reset, and then is off the list', async t => {
  const { client, clients, accounts } = await here(t)
  accounts.onLoss((localparts, loss) => (loss === 'password' ? clients.passwordChanged(localparts) : undefined))
  const romeo = client('romeo/orchard')
  const id = clients.saw({ localpart: 'romeo', way: 'password', address: HOME, userAgentId: PHONE })
  await assert.rejects(
    romeo.asks(RevokeClient, { id }),
    (error: unknown) =>
      error instanceof StanzaError && error.condition === 'service-unavailable' && error.detail?.name === 'password-reset-required',
  )
  await accounts.setPassword('romeo', 'crayon')
  assert(!(await romeo.asks(ListClients, {})).clients.some(known => known.id === id))
})

test('browsers are listed with their name, place and last use, and one is ended alone', async t => {
  const { client, webSessions, clock, perform } = await here(t)
  const [desk, library, other] = [client('romeo/desk'), client('romeo/library'), client('romeo/window')]
  const told: string[] = []
  const until = clock.now + 8 * 3_600_000
  const browser = (id: string, name: string) => ({ id: id.repeat(20), name, address: HOME, until, idle: 1_800_000 })
  for (const session of [desk.session, other.session]) session.client = 'a'.repeat(20)
  library.session.client = 'b'.repeat(20)
  await webSessions.came('romeo', browser('a', 'Firefox on Linux'))
  await webSessions.came('romeo', browser('b', 'Safari on macOS\u202e'))
  await webSessions.came('romeo', browser('c', 'Chrome on Windows'))
  webSessions.watch(({ localpart, id }) => void told.push(`${localpart} ${id[0]}`))
  const list = async (): Promise<readonly unknown[]> =>
    (await desk.asks(ListClients, {})).clients.map(({ connected, lastSeen, userAgent, more }) => [
      userAgent?.device,
      connected,
      lastSeen,
      more,
    ])
  const more = { isOwn: false, isWeb: true, address: '192.0.2.1' }
  clock.now += 60_000
  assert.deepEqual(await list(), [
    ['Firefox on Linux', true, clock.now, { ...more, isOwn: true }],
    ['Safari on macOS', true, clock.now, more],
    ['Chrome on Windows', false, 1_000_000, more],
  ])
  assert.equal((await perform(desk, 'shut-out-device', 'b'.repeat(20))).note, 'It is shut out.')
  assert.deepEqual([library.ending?.condition, desk.ending, other.ending], ['not-authorized', undefined, undefined])
  assert.deepEqual(told, ['romeo b'])
  assert.equal(await webSessions.came('romeo', browser('b', 'Safari on macOS')), false)
  assert.equal((await list()).length, 2)
})

test('nobody sees or revokes what is another’s', async t => {
  const { client, appPasswords } = await here(t)
  const made = await appPasswords.make('romeo', 'fridge')
  assert(made.kind === 'made')
  const [romeo, juliet] = [client('romeo/orchard'), client('juliet/balcony')]
  await assert.rejects(juliet.asks(ListClients, {}, { to: 'romeo@chat.cam.ac.uk' }), StanzaError)
  await assert.rejects(juliet.asks(RevokeClient, { id: made.id }, { to: 'romeo@chat.cam.ac.uk' }), StanzaError)
  await assert.rejects(juliet.asks(RevokeClient, { id: made.id }), { condition: 'item-not-found' })
  assert((await romeo.asks(ListClients, {})).clients.some(({ id }) => id === made.id))
})

test('by command a password is made and shown once, the devices are listed, and one is shut out', async t => {
  const { client, credentials, perform } = await here(t)
  const romeo = client('romeo/orchard')
  const made = await perform(romeo, 'app-password', 'my phone')
  const [password = ''] = made.fields?.[0]?.values ?? []
  assert.equal((await credentials.verifyPlain('romeo', password, HOME)).kind, 'right')
  assert.equal((await perform(romeo, 'app-password', 'my phone')).severity, 'error')
  const { table } = await perform(romeo, 'devices')
  assert.deepEqual(
    table?.rows.map(row => row.slice(0, 4)),
    [
      ['orchard', HOME, 'now', 'the password of the account'],
      ['my phone', '', 'never', 'the app password “my phone”'],
    ],
  )
  const [orchard, phone] = table?.rows.map(row => row[4] ?? '') ?? []
  assert.equal((await perform(romeo, 'shut-out-device', phone)).note, 'It is shut out.')
  assert.equal((await credentials.verifyPlain('romeo', password, HOME)).kind, 'wrong')
  assert.equal((await perform(romeo, 'shut-out-device', phone)).severity, 'error')
  assert.equal((await perform(romeo, 'shut-out-device', orchard)).severity, 'warn')
  assert.deepEqual(romeo.ending, { condition: 'not-authorized', text: 'shut out' })
})

test('whoever logged in with an app password makes no other', async t => {
  const { client, appPasswords, perform } = await here(t)
  const made = await appPasswords.make('romeo', 'phone')
  const phone = client('romeo/phone')
  phone.session.appPassword = made.kind === 'made' ? made.id : ''
  assert.match((await perform(phone, 'app-password', 'another')).note ?? '', /logged in with an app password itself/)
})

test('devices that are available hear of a new one, five times an hour at most, and not where that is turned off', async t => {
  for (const tells of [true, false]) {
    const { client, clients, clock } = await here(t, { tells })
    const [desk, silent, juliet] = [client('romeo/desk'), client('romeo/silent'), client('juliet/balcony')]
    await desk.comes()
    await juliet.comes()
    desk.takes()
    for (let i = 0; i < 7; i++) {
      clock.now += 1000
      clients.saw({ localpart: 'romeo', way: 'fast', address: HOME, userAgentId: `${i}`, software: 'Dino', device: 'Desk\u202e<i>' })
    }
    await clients.flush()
    const told = desk.takes()
    assert.equal(told.length, tells ? 5 : 0)
    if (tells)
      assert.match(told[0] ?? '', /type='headline'.*<body>Desk &lt;i&gt; \(Dino\) has logged in to your account for the first time/)
    assert.deepEqual([silent.takes(), juliet.takes().filter(text => text.includes('headline'))], [[], []])
  }
})
