/** Calls: what Plodge tells clients of a relay (XEP-0215) opens a real one, for as long as it says. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../client/client.ts'
import { unless } from '../clients/skip.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'
import { type TurnServer, missing, startTurn } from './turn.ts'

const SECRET = 'a secret of both'
const skip = unless(missing) || (targetName !== 'plodge' && 'Plodge’s alone')
const folder = mkdtempSync(join(tmpdir(), 'e2e-calls-'))
const ASK = `<services xmlns='urn:xmpp:extdisco:2' type='turn'/>`

let turn: TurnServer
let target: RunningTarget
const told = (lifetime: number): string => `
[[services.external]]
type = "turn"
host = "${turn.host}"
port = ${turn.port}
transport = "udp"
secret_file = "${join(folder, 'turn.secret')}"
lifetime_seconds = ${lifetime}
`

before(async () => {
  if (skip !== false) return
  writeFileSync(join(folder, 'turn.secret'), `${SECRET}\n`)
  turn = await startTurn(SECRET)
  target = await startTarget({ people: 1, more: told(3600) })
})
after(async () => {
  rmSync(folder, { recursive: true })
  if (skip !== false) return
  await target.stop()
  await turn.stop()
})

test('a credential opens the relay; a changed one does not; one that has ended does not', { skip }, async () => {
  const client = await Client.connect(target, { account: person(target, 0) })
  const [given] = (await client.ask('get', ASK, target.domain)).elements[0]?.elements ?? []
  const { username = '', password = '', host, port, restricted } = given?.attributes ?? {}
  assert.deepEqual([host, port, restricted], [turn.host, String(turn.port), 'true'])
  assert.ok(await turn.relays(username, password), 'the relay refused a credential that is good')
  assert.equal(await turn.relays(`9${username}`, password), false, 'the relay took a credential that was made to last longer')

  const pushed = client.next(({ elements: [payload] }) => payload?.ns === 'urn:xmpp:extdisco:2', 'the push')
  await target.reconfigure(told(1))
  const [short] = (await pushed).elements[0]?.elements ?? []
  assert.equal(short?.attributes['action'], 'modify')
  const { username: name = '', password: word = '', expires = '' } = short.attributes
  await sleep(Math.max(0, Date.parse(expires) + 2000 - Date.now()))
  assert.equal(await turn.relays(name, word), false, 'the relay took a credential that had ended')
  assert.ok(await turn.relays(username, password), 'the first one ended with it')
  client.line.destroy()
})
