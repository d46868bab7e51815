/** Our own small client first: what it cannot do, no other test can. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from '../client/client.ts'
import { firstLogin } from '../client/first-login.ts'
import { wholeHistory } from '../client/history.ts'
import { Line } from '../client/line.ts'
import { authenticate, bind, mechanismsOf, openStream, secureLine } from '../client/login.ts'
import { Proxy } from '../client/proxy.ts'
import { startTarget } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'

let target: RunningTarget
before(async () => {
  target = await startTarget()
})
after(() => target.stop())

const offered = /^SCRAM-(SHA-(?:1|256|512))(-PLUS)?$/

test('every mechanism that is offered lets a person in, over TLS 1.2 and 1.3, by STARTTLS and at once', async () => {
  const account = person(target, 0)
  await firstLogin(target, account)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const choice = { minVersion: version, maxVersion: version }
    const { line: first, features } = await secureLine(target, choice)
    const mechanisms = mechanismsOf(features)
    await first.close()
    assert.ok(mechanisms.includes('SCRAM-SHA-1') && mechanisms.includes('PLAIN'), mechanisms.join())
    for (const mechanism of mechanisms) {
      const [, hash, plus] = offered.exec(mechanism) ?? []
      if (hash === undefined) continue
      const binding = plus === undefined ? undefined : version === 'TLSv1.3' ? 'tls-exporter' : 'tls-unique'
      const direct = await Line.openTls(target, choice)
      await openStream(direct, target.domain)
      await authenticate(direct, account, { hash: hash as 'SHA-1', binding })
      await openStream(direct, target.domain)
      assert.equal(await bind(direct, 'here'), `${account.name}@${target.domain}/here`)
      await direct.close()
    }
  }
})

test('two people talk, and both find it in their history', async () => {
  const [a, b] = await Promise.all([
    Client.connect(target, { account: person(target, 1) }),
    Client.connect(target, { account: person(target, 2) }),
  ])
  for (const client of [a, b]) client.send('<presence/>')
  await b.next(({ name }) => name === 'presence', 'the own presence')
  a.say(b.bare, 'hello')
  assert.equal((await b.message('hello')).attributes['from'], a.jid)
  for (const client of [a, b])
    assert.deepEqual(
      (await wholeHistory(client, 1)).map(({ message }) => message.child('jabber:client', 'body')?.text),
      ['hello'],
    )
  await Promise.all([a.line.close(), b.line.close()])
})

test('a session whose connection was cut is resumed, and nothing of it is lost', async () => {
  const proxy = await Proxy.to(target.host, target.port)
  const options = { account: person(target, 3), port: proxy.port }
  const [a, b] = await Promise.all([Client.connect(target, options), Client.connect(target, { account: person(target, 4) })])
  a.send('<presence/>')
  await a.next(({ name }) => name === 'presence', 'the own presence')
  const id = await a.enableManagement()
  assert.ok(id !== undefined)
  const gone = a.line.gone()
  proxy.cut()
  await gone
  b.say(a.bare, 'while away')
  const again = await Client.resume(target, options, { client: a, id })
  assert.ok(again)
  await again.message('while away')
  await Promise.all([again.line.close(), b.line.close()])
  await proxy.close()
})
