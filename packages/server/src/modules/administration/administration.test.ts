import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Execute, NO_COMMAND, type CommandPayload } from '@plodge/xmpp/xeps/commands.ts'
import { formField } from '@plodge/xmpp/xeps/data-form.ts'
import { town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { Accounts } from '../../accounts/accounts.ts'
import { Passwords } from '../../accounts/passwords/passwords.ts'
import { Roles } from '../../accounts/roles.ts'
import { memoryStore } from '@plodge/testkit/store/memory-store.ts'
import { commands } from '../commands/commands.ts'
import { administration } from './administration.ts'
import { ADMIN, type StopWish } from './needs.ts'
import { Notices } from './notices.ts'
import { UsageRecord } from './usage.ts'

const DOMAIN = 'chat.cam.ac.uk'
const people = ['nurse', 'benvolio', 'romeo', 'juliet', 'tybalt']

/** The nurse is the operator, Benvolio is helpdesk. */
async function office(t: TestContext) {
  const store = memoryStore(Date.now)
  const passwords = new Passwords()
  const settings = () => ({ users: { localpart: /^[a-z]+$/, feedMayShrink: 1, keepAppPasswords: true } })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const accounts = await Accounts.open({ store, passwords, settings, log, clock: Date.now })
  for (const localpart of people)
    await store.accounts.put({ localpart, source: 'feed', name: undefined, createdAt: 1, lockedAt: undefined, hash: 'x', verifiers: [] })
  const configured = () => ({ operator: ['nurse'], helpdesk: ['benvolio'] })
  const roles = await Roles.open({ documents: store.documents, configured })
  const wishes: StopWish[] = []
  const made: { close(): Promise<void> }[] = []
  const here = town({
    people,
    store: () => store,
    modules: ({ host, rosters, clock }) => {
      const module = administration({
        domain: host.domain,
        accounts,
        rosters,
        roles,
        audit: store.audit,
        notices: new Notices({ documents: store.documents, domain: host.domain, clock: clock.now }),
        usage: new UsageRecord(store.usage, clock.now),
        stop: wish => void wishes.push(wish),
      })
      made.push(module)
      return [commands({ roleOf: name => roles.of(name) }), module]
    },
  })
  await here.settled()
  t.after(async () => {
    for (const module of made) await module.close()
    await accounts.settled()
    await passwords.close()
  })
  const does = async (who: TownClient, name: string, values: Readonly<Record<string, readonly string[]>> = {}): Promise<CommandPayload> => {
    const node = name.startsWith('#') ? `${ADMIN}${name}` : name
    const first = await who.asks(Execute, { ...NO_COMMAND, node }, { to: DOMAIN })
    if (first.status === 'completed') return first
    const fields = Object.entries(values).map(([field, given]) => formField(field, { values: given }))
    const form = { kind: 'submit', title: undefined, instructions: [], fields, reported: undefined, items: [] } as const
    return who.asks(Execute, { ...NO_COMMAND, node, sessionId: first.sessionId, form }, { to: DOMAIN })
  }
  const arrives = async (name: string): Promise<TownClient> => {
    const client = here.client(name)
    await client.comes()
    client.inbox.length = 0
    return client
  }
  return { ...here, store, roles, wishes, does, arrives }
}
const at = (...names: readonly string[]): readonly string[] => names.map(name => `${name}@${DOMAIN}`)
const valuesOf = ({ form }: CommandPayload, name: string): readonly string[] | undefined =>
  form?.fields.find(field => field.name === name)?.values
const note = ({ notes }: CommandPayload): string => notes.map(({ severity, text }) => `${severity ?? ''}: ${text}`).join()

test('helpdesk looks up, unlocks and ends sessions, but reads no roster and makes no operator; people do nothing of it', async t => {
  const { client, does } = await office(t)
  const [benvolio, romeo] = [client('benvolio/desk'), client('romeo/orchard')]
  assert.deepEqual(valuesOf(await does(benvolio, '#user-stats', { accountjid: at('romeo') }), 'onlineresources'), ['orchard'])
  assert.match(note(await does(benvolio, '#reenable-user', { accountjids: at('romeo') })), /^info: Enabled/)
  assert.match(note(await does(benvolio, '#end-user-session', { accountjids: [`${at('romeo')[0] ?? ''}/orchard`] })), /^info: Ended: 1/)
  assert.equal(romeo.ending?.condition, 'policy-violation')
  for (const node of ['#get-user-roster', '#edit-admin', '#delete-user', '#announce', 'audit', 'edit-helpdesk'])
    await assert.rejects(does(benvolio, node), { condition: 'forbidden' })
  for (const node of ['#get-user-lastlogin', '#edit-admin', 'statistics'])
    await assert.rejects(does(client('juliet/balcony'), node), { condition: 'forbidden' })
})

test('each use is in the record, with no password in it', async t => {
  const { client, does, store, clock } = await office(t)
  const nurse = client('nurse/hall')
  await does(nurse, '#change-user-password', { accountjid: at('romeo'), password: ['hunter2'] })
  await does(nurse, '#disable-user', { accountjids: at('tybalt', 'romeo') })
  const entries = await store.audit.list({ limit: 9 })
  assert.deepEqual(entries, [
    { at: clock.now(), who: 'nurse', role: 'operator', command: 'disable-user', about: at('tybalt', 'romeo') },
    { at: clock.now(), who: 'nurse', role: 'operator', command: 'change-user-password', about: at('romeo') },
  ])
  // Newest first: that the record was looked at is in it as well.
  const { form } = await does(nurse, 'audit', { person: ['tybalt'] })
  assert.deepEqual(form?.items[1]?.map(({ values }) => values[0]).slice(1, 4), ['nurse', 'operator', 'disable-user'])
})

test('a password of the feed is not changed here, an account that exists is a conflict, nobody is not found', async t => {
  const { client, does } = await office(t)
  const nurse = client('nurse/hall')
  assert.match(note(await does(nurse, '#change-user-password', { accountjid: at('romeo'), password: ['x'] })), /^error: .*password feed/)
  const newcomer = { accountjid: at('romeo'), password: ['x'], 'password-verify': ['x'] }
  await assert.rejects(does(nurse, '#add-user', newcomer), { condition: 'conflict' })
  await assert.rejects(does(nurse, '#delete-user', { accountjids: at('macbeth') }), { condition: 'item-not-found' })
  assert.match(note(await does(nurse, '#add-user', { ...newcomer, 'password-verify': ['y'] })), /^error: .*not the same/)
  assert.match(note(await does(nurse, '#edit-blacklist')), /^error: /)
})

test('people are counted and listed a page at a time', async t => {
  const { client, arrives, does } = await office(t)
  const nurse = client('nurse/hall')
  const romeo = await arrives('romeo/orchard')
  assert.deepEqual(valuesOf(await does(nurse, '#get-registered-users-num'), 'registeredusersnum'), ['5'])
  const list = await does(nurse, '#get-registered-users-list', { max_items: ['25'], after: ['nurse'] })
  assert.deepEqual(valuesOf(list, 'registereduserjids'), at('romeo', 'tybalt'))
  assert.deepEqual(valuesOf(await does(nurse, '#get-active-users', { max_items: ['25'] }), 'activeuserjids'), at('romeo'))
  await romeo.says('<presence><show>xa</show></presence>')
  assert.deepEqual(valuesOf(await does(nurse, '#get-idle-users', { max_items: ['none'] }), 'activeuserjids'), at('nurse', 'romeo'))
})

test('an announcement is a headline of the server for those who are there', async t => {
  const { client, arrives, does } = await office(t)
  const romeo = await arrives('romeo/orchard')
  const silent = client('juliet/balcony')
  await does(client('nurse/hall'), '#announce', { announcement: ['The bell rings', 'at six'] })
  assert.equal(romeo.inbox.length, 1)
  assert.match(
    romeo.inbox[0] ?? '',
    /^<message to='romeo@chat.cam.ac.uk\/orchard' from='chat.cam.ac.uk' type='headline'.*The bell rings\nat six/s,
  )
  assert.deepEqual(silent.inbox, [])
})

test('the message of the day comes to everybody once, an edited one only to those who lack it, a deleted one to nobody', async t => {
  const { client, arrives, does, settled } = await office(t)
  const nurse = client('nurse/hall')
  const romeo = await arrives('romeo/orchard')
  const heard = async (name: string): Promise<number> => {
    const device = client(name)
    await device.comes()
    return device.inbox.filter(text => text.includes('Message of the day')).length
  }
  await does(nurse, '#set-motd', { motd: ['Lent begins'] })
  await settled()
  assert.equal(romeo.inbox.length, 1)
  assert.equal(await heard('romeo/phone'), 0)
  assert.equal(await heard('juliet/balcony'), 1)
  assert.deepEqual(valuesOf(await nurse.asks(Execute, { ...NO_COMMAND, node: `${ADMIN}#edit-motd` }, { to: DOMAIN }), 'motd'), [
    'Lent begins',
  ])
  await does(nurse, '#edit-motd', { motd: ['Lent ends'] })
  assert.equal(await heard('juliet/tomb'), 0)
  assert.equal(await heard('tybalt/square'), 1)
  await does(nurse, '#delete-motd')
  assert.equal(await heard('benvolio/desk'), 0)
})

test('a welcome is for the first log-in alone', async t => {
  const { client, does, settled } = await office(t)
  await does(client('nurse/hall'), '#set-welcome', { welcome: ['Well met'] })
  const greeted = async (name: string): Promise<boolean> => {
    const device = client(name)
    await device.comes()
    await settled()
    return device.inbox.some(text => text.includes('Well met'))
  }
  assert.equal(await greeted('romeo/orchard'), true)
  assert.equal(await greeted('romeo/phone'), false)
})

test('roles are given and taken by command, but not those of the configuration', async t => {
  const { client, does, roles, store } = await office(t)
  const nurse = client('nurse/hall')
  const romeo = client('romeo/orchard')
  await assert.rejects(does(romeo, 'statistics'), { condition: 'forbidden' })
  assert.match(note(await does(nurse, '#edit-admin', { adminjids: at('romeo') })), /^warn: .*nurse/)
  assert.deepEqual([roles.of('nurse'), roles.of('romeo')], ['operator', 'operator'])
  await does(romeo, 'statistics')
  const again = await Roles.open({ documents: store.documents, configured: () => ({ operator: [], helpdesk: [] }) })
  assert.equal(again.of('romeo'), 'operator')
  await again.forget(['romeo'])
  assert.equal(again.of('romeo'), 'person')
})

test('distinct people are counted a day and a week, those who stay over midnight too', async t => {
  const { client, does, clock } = await office(t)
  const nurse = client('nurse/hall')
  client('romeo/orchard')
  client('romeo/phone')
  const figures = async (): Promise<unknown> => {
    const { form } = await does(nurse, 'statistics')
    return ['today', 'week'].map(name => form?.fields.find(field => field.name === name)?.values[0])
  }
  assert.deepEqual(await figures(), ['2', '2'])
  clock.advance({ days: 1 })
  client('juliet/balcony')
  assert.deepEqual(await figures(), ['3', '3'])
  const last = await does(nurse, '#get-user-lastlogin', { accountjids: at('juliet', 'tybalt') })
  assert.deepEqual(valuesOf(last, 'lastlogin'), ['2026-11-03T09:00:00Z', 'never'])
})

test('a restart is told to those who are online, comes once, and after its delay', async t => {
  const { client, arrives, does, wishes } = await office(t)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const nurse = client('nurse/hall')
  const romeo = await arrives('romeo/orchard')
  await does(nurse, '#restart', { delay: ['30'], announcement: ['Back soon'] })
  assert.match(romeo.inbox[0] ?? '', /Back soon/)
  assert.match(note(await does(nurse, '#shutdown', { delay: ['30'] })), /^error: .*already/)
  t.mock.timers.tick(29_999)
  assert.deepEqual(wishes, [])
  t.mock.timers.tick(1)
  assert.deepEqual(wishes, ['restart'])
})
