/** What hostile clients get, and that two people who chat meanwhile notice nothing. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client } from '../client/client.ts'
import { wholeHistory } from '../client/history.ts'
import { startTarget } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'
import { type Case, type Expected, outcomeOf } from './case.ts'
import { loginCases } from './cases-login.ts'
import { stanzaCases } from './cases-stanzas.ts'
import { encodingCases, headerCases, malformedCases, tooMuchCases } from './cases-xml.ts'
import { Bystanders, lineAt } from './stages.ts'

let target: RunningTarget
let bystanders: Bystanders

before(async () => {
  target = await startTarget({ people: 6 })
  bystanders = await Bystanders.meet(target, person(target, 3), person(target, 4))
})
after(async () => {
  await bystanders.leave()
  await target.stop()
})

async function check({ name, stage, send, expect }: Case): Promise<void> {
  const line = await lineAt(stage, target, person(target, 0))
  for (const piece of typeof send === 'string' || send instanceof Uint8Array ? [send] : send) line.write(piece)
  const expected = Array.isArray(expect) ? (expect as readonly Expected[]) : [expect as Expected]
  if (expected.some(one => 'closes' in one)) line.end()
  const outcomes: (Expected | string)[] = []
  while (outcomes.length < expected.length) outcomes.push(await outcomeOf(line).catch((error: unknown) => String(error)))
  line.destroy()
  assert.deepEqual(outcomes, expected, name)
}

async function checkAll(cases: readonly Case[]): Promise<void> {
  const wrong: string[] = []
  for (const one of cases) {
    await check(one).catch((error: unknown) =>
      wrong.push(
        error instanceof assert.AssertionError
          ? `${one.name}: ${JSON.stringify(error.actual)}, expected ${JSON.stringify(error.expected)}`
          : `${one.name}: ${String(error)}`,
      ),
    )
    assert.ok((await bystanders.talk()) < 2000, `The bystanders' chat was held up by ${one.name}`)
  }
  assert.deepEqual(wrong, [])
}

describe('each hostile input gets the error of the specification', () => {
  test('as a header', () => checkAll(headerCases))
  test('as XML that is not well-formed, or not for streams', () => checkAll(malformedCases))
  test('in another encoding than UTF-8', () => checkAll(encodingCases))
  test('too much of it', () => checkAll(tooMuchCases))
  test('as stanzas', () => checkAll(stanzaCases))
  test('while logging in', async () => {
    const other = await Client.connect(target, { account: person(target, 5) })
    const id = await other.enableManagement()
    await checkAll(loginCases(person(target, 0), person(target, 5), id ?? ''))
    other.requestAck()
    await other.ask('get', `<ping xmlns='urn:xmpp:ping'/>`)
    await other.line.close()
  })
  test('and none of it reached anybody', async () => {
    for (const index of [1, 2]) {
      const client = await Client.connect(target, { account: person(target, index) })
      assert.deepEqual(await wholeHistory(client), [])
      await client.line.close()
    }
  })
})
