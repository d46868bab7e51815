import assert from 'node:assert/strict'
import test from 'node:test'
import { type CommandPayload, COMMANDS, Execute, NO_COMMAND } from '@plodge/xmpp/xeps/commands.ts'
import { type DataForm, formField } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { testSettings } from '@plodge/testkit/settings.ts'
import { type Town, town } from '@plodge/testkit/town.ts'
import type { TownClient } from '@plodge/testkit/town-client.ts'
import { mayAsk } from '../../accounts/may-ask.ts'
import { choice, line, secret } from '../../routing/command-fields.ts'
import { command } from '../../routing/commands.ts'
import { disco } from '../disco/disco.ts'
import { commands } from './commands.ts'

const DOMAIN = 'chat.cam.ac.uk'
const done: string[] = []

const move = command({
  node: 'move',
  title: 'Move',
  who: ['person'],
  fields: {
    where: choice('Where to?', [{ label: 'The orchard', value: 'orchard' }], { required: true }),
    why: line('Why?'),
    pin: secret('PIN'),
  },
  stages: [['where', 'pin'], ['why']],
  prepare: (_, { where }) => ({ why: { values: [`to be in the ${where ?? ''}`] } }),
  run: ({ where, why }, { localpart }) => {
    done.push(`${localpart} ${where ?? ''} ${why}`)
    return { note: 'Moved', table: { columns: [{ name: 'place', label: 'Place' }], rows: [[where ?? '']] } }
  },
})
const dawn = command({ node: 'dawn', title: 'Dawn', who: ['person'], run: () => ({ note: 'It is the lark', severity: 'warn' }) })
const rule = command({ node: 'rule', title: 'Rule', who: ['operator'], run: () => ({ note: 'Ruled' }) })

function here(): Town {
  const made = town({
    modules: ({ host, rosters }) => [
      disco({ mayAsk: mayAsk(host.people, rosters), settings: () => testSettings() }),
      commands({ roleOf: name => (name === 'nurse' ? 'operator' : 'person') }),
    ],
  })
  made.host.commands.register(move, dawn, rule)
  return made
}
const submit = (fields: Readonly<Record<string, string>>): DataForm => ({
  kind: 'submit',
  title: undefined,
  instructions: [],
  fields: Object.entries(fields).map(([name, value]) => formField(name, { values: [value] })),
  reported: undefined,
  items: [],
})
const ask = (client: TownClient, asked: Partial<CommandPayload>, to = DOMAIN): Promise<CommandPayload> =>
  client.asks(Execute, { ...NO_COMMAND, node: 'move', ...asked }, { to })
const wrong = (condition: string, detail?: string) => (error: { condition: string; detail?: { name: string } }) =>
  error.condition === condition && error.detail?.name === detail

test('everybody sees what they may call, at the server and at their own address, and nothing else', async () => {
  const { client } = here()
  const [romeo, nurse] = [client('romeo/orchard'), client('nurse/hall')]
  const nodes = async (who: TownClient, to: string): Promise<(string | undefined)[]> =>
    (await who.asks(AskItems, { node: COMMANDS }, { to })).items.map(({ node }) => node)
  assert.deepEqual(await nodes(romeo, DOMAIN), ['move', 'dawn'])
  assert.deepEqual(await nodes(romeo, `romeo@${DOMAIN}`), ['move', 'dawn'])
  assert.deepEqual(await nodes(nurse, DOMAIN), ['move', 'dawn', 'rule'])
  const info = await romeo.asks(AskInfo, { node: 'dawn' }, { to: DOMAIN })
  assert.deepEqual(info.identities, [{ category: 'automation', type: 'command-node', name: 'Dawn', lang: undefined }])
  await assert.rejects(romeo.asks(AskInfo, { node: 'rule' }, { to: DOMAIN }), wrong('forbidden'))
  await assert.rejects(ask(romeo, { node: 'rule' }), wrong('forbidden'))
  await assert.rejects(ask(romeo, { node: 'dusk' }), wrong('item-not-found'))
  await assert.rejects(ask(romeo, { node: 'dawn' }, `nurse@${DOMAIN}`), wrong('service-unavailable'))
})

test('a command without a form is done at once', async () => {
  const { status, notes, form, sessionId } = await ask(here().client('romeo/orchard'), { node: 'dawn' })
  assert.deepEqual({ status, notes, form }, { status: 'completed', notes: [{ severity: 'warn', text: 'It is the lark' }], form: undefined })
  assert.ok(sessionId)
})

test('one stage leads to the next, back again and to the end; what was filled in is kept, but no secret is shown', async () => {
  done.length = 0
  const romeo = here().client('romeo/orchard')
  const first = await ask(romeo, {})
  const { sessionId } = first
  assert.deepEqual([first.status, first.actions], ['executing', { execute: 'next', steps: ['next'] }])
  assert.equal(first.form?.title, 'Move')
  const second = await ask(romeo, { sessionId, action: 'next', form: submit({ where: 'orchard', pin: '1234' }) })
  assert.deepEqual(second.actions, { execute: 'complete', steps: ['prev', 'complete'] })
  assert.deepEqual(second.form?.fields.find(({ name }) => name === 'why')?.values, ['to be in the orchard'])
  const back = await ask(romeo, { sessionId, action: 'prev' })
  assert.deepEqual(
    back.form?.fields.map(({ name, values }) => [name, values]),
    [
      ['FORM_TYPE', ['move']],
      ['where', ['orchard']],
      ['pin', []],
    ],
  )
  await ask(romeo, { sessionId, form: submit({ where: 'orchard' }) })
  const last = await ask(romeo, { sessionId, form: submit({ why: 'her' }) })
  assert.deepEqual([last.status, last.form?.items[0]?.[0]?.values], ['completed', ['orchard']])
  assert.deepEqual(done, ['romeo orchard her'])
  await assert.rejects(ask(romeo, { sessionId, form: submit({ why: 'her' }) }), wrong('not-allowed', 'session-expired'))
  assert.equal(done.length, 1)
})

test('what cannot be accepted is refused with the condition that says so, and the session goes on', async () => {
  const { client } = here()
  const romeo = client('romeo/orchard')
  await assert.rejects(ask(romeo, { action: 'fly' }), wrong('bad-request', 'malformed-action'))
  await assert.rejects(ask(romeo, { action: 'next' }), wrong('bad-request', 'bad-action'))
  await assert.rejects(ask(romeo, { lang: 'it' }), wrong('bad-request', 'bad-locale'))
  await assert.rejects(ask(romeo, { sessionId: 'never' }), wrong('bad-request', 'bad-sessionid'))
  const { sessionId } = await ask(romeo, { lang: 'en-GB' })
  for (const form of [undefined, submit({}), submit({ where: 'heaven' }), submit({ where: 'orchard', pin: 'x'.repeat(40_000) })])
    await assert.rejects(ask(romeo, { sessionId, form }), wrong('bad-request', 'bad-payload'))
  await assert.rejects(ask(romeo, { sessionId, action: 'prev' }), wrong('bad-request', 'bad-action'))
  await assert.rejects(
    ask(romeo, { sessionId, action: 'complete', form: submit({ where: 'orchard' }) }),
    wrong('bad-request', 'bad-action'),
  )
  await assert.rejects(ask(client('romeo/garden'), { sessionId }), wrong('bad-request', 'bad-sessionid'))
  assert.equal((await ask(romeo, { sessionId, action: 'cancel' })).status, 'canceled')
  await assert.rejects(ask(romeo, { sessionId, action: 'cancel' }), wrong('not-allowed', 'session-expired'))
})

test('sessions end with time, with their device, and when there are too many of a person', async () => {
  const { client, clock } = here()
  const romeo = client('romeo/orchard')
  const old = await ask(romeo, {})
  clock.advance({ minutes: 11 })
  await assert.rejects(ask(romeo, { sessionId: old.sessionId }), wrong('not-allowed', 'session-expired'))
  const first = await ask(romeo, {})
  for (let count = 0; count < 8; count++) await ask(romeo, {})
  await assert.rejects(ask(romeo, { sessionId: first.sessionId }), wrong('not-allowed', 'session-expired'))
  const last = await ask(romeo, {})
  await romeo.leaves()
  await assert.rejects(ask(client('romeo/orchard'), { sessionId: last.sessionId }), wrong('not-allowed', 'session-expired'))
})
