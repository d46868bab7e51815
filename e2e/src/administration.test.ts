/** Administration by a client that others wrote: slixmpp's plugins for XEP-0050 and XEP-0133, as operator, as helpdesk and as anybody. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { unless } from './clients/skip.ts'
import { slixmpp } from './clients/slixmpp.ts'
import { startPlodge } from './target/plodge.ts'
import { type RunningTarget, person } from './target/target.ts'

const SCRIPT = join(import.meta.dirname, 'slixmpp/commander.py')
const run = promisify(execFile)

type Step =
  | { readonly list: string }
  | { readonly hear: true }
  | { readonly command: string; readonly at?: string; readonly values?: Readonly<Record<string, string | readonly string[]>> }

let target: RunningTarget

async function commands(who: number, ...steps: readonly Step[]): Promise<readonly unknown[]> {
  const { name, password } = person(target, who)
  const { domain, host, port, certificateFile: certificate } = target
  const settings = { jid: `${name}@${domain}/office`, password, host, port, certificate, steps }
  const { stdout } = await run('/usr/bin/python3', [SCRIPT, JSON.stringify(settings)], { timeout: 60_000 })
  return JSON.parse(stdout) as readonly unknown[]
}

const done = (fields: object, ...notes: readonly (readonly [string, string])[]): object => ({ status: 'completed', notes, fields })

describe('administration', { skip: unless(slixmpp.missing) }, () => {
  before(async () => {
    target = await startPlodge({ people: 5, roles: { operator: ['user0'], helpdesk: ['user1'] } })
  })
  after(() => target.stop())

  test('an operator finds the commands at the server and at home, adds, counts, locks and announces', async () => {
    const { domain } = target
    const [atServer, atHome, added, count, locked, disabled, announced, heard] = await commands(
      0,
      { list: domain },
      { list: `user0@${domain}` },
      {
        command: 'add-user',
        values: { accountjid: `fanf2@${domain}`, password: 'hunter2', 'password-verify': 'hunter2', given_name: 'Tony', surname: 'Finch' },
      },
      { command: 'get-registered-users-num', at: `user0@${domain}` },
      { command: 'disable-user', values: { accountjids: [`user4@${domain}`] } },
      { command: 'get-disabled-users-list', values: { max_items: '25' } },
      { command: 'announce', values: { announcement: ['The bell rings'] } },
      { hear: true },
    )
    assert.ok((atServer as readonly string[]).includes('http://jabber.org/protocol/admin#add-user'))
    assert.deepEqual(atHome, atServer)
    assert.deepEqual(added, done({}, ['info', `Added fanf2@${domain}`]))
    assert.deepEqual(count, done({ registeredusersnum: '6' }))
    assert.deepEqual(locked, done({}, ['info', 'Disabled: user4']))
    assert.deepEqual(disabled, done({ disableduserjids: [`user4@${domain}`] }))
    assert.deepEqual(announced, done({}, ['info', 'Announced to 1 devices']))
    assert.deepEqual(heard, ['headline', domain, 'The bell rings'])
  })

  test('helpdesk unlocks and looks up, and no more', async () => {
    const { domain } = target
    const [unlocked, looked, roster, admin] = await commands(
      1,
      { command: 'reenable-user', values: { accountjids: [`user4@${domain}`] } },
      { command: 'get-user-lastlogin', values: { accountjids: [`user4@${domain}`] } },
      { command: 'get-user-roster' },
      { command: 'edit-admin' },
    )
    assert.deepEqual(unlocked, done({}, ['info', 'Enabled again: user4']))
    assert.deepEqual(looked, done({ accountjids: [`user4@${domain}`], lastlogin: 'never' }))
    assert.deepEqual([roster, admin], [{ refused: 'forbidden' }, { refused: 'forbidden' }])
  })

  test('anybody else sees none of the commands and may call none', async () => {
    const [list, ...refused] = await commands(
      2,
      { list: target.domain },
      { command: 'get-online-users-num' },
      { command: 'shutdown' },
      { command: 'end-user-session' },
    )
    const administrative = (list as readonly string[]).filter(node => node.startsWith('http://jabber.org/protocol/admin'))
    assert.deepEqual(administrative, [])
    assert.deepEqual(
      refused,
      [1, 2, 3].map(() => ({ refused: 'forbidden' })),
    )
  })
})
