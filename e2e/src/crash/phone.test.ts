/** A phone sleeps when the server is killed: it finds each message once, and is still woken by the push service it named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '../client/client.ts'
import { wholeHistory } from '../client/history.ts'
import { startTarget, targetName } from '../target/start.ts'
import { person } from '../target/target.ts'

const MISSED = 100
const UNREACHABLE = 'push service cannot be reached'

test('a sleeping phone loses nothing to kill -9', { skip: targetName !== 'plodge' && 'only Plodge promises this' }, async t => {
  const target = await startTarget({ people: 2 })
  t.after(() => target.stop())
  const [romeo, juliet] = [person(target, 0), person(target, 1)]
  const phone = await Client.connect(target, { account: juliet, resource: 'phone' })
  const id = (await phone.enableManagement()) ?? assert.fail('no id')
  phone.send('<presence/>')
  // Nobody is at that address: that the server says so in its log shows that it tried.
  await phone.ask('set', `<enable xmlns='urn:xmpp:push:0' jid='push.example.org' node='n'/>`)
  phone.line.destroy()

  const bodies = Array.from({ length: MISSED }, (_, i) => `missed ${i}`)
  const sender = await Client.connect(target, { account: romeo })
  await sender.enableManagement()
  const acked = new Promise<void>(resolve => {
    sender.onAcked = () => (sender.acked >= MISSED ? resolve() : undefined)
  })
  for (const body of bodies) sender.say(phone.bare, body)
  sender.requestAck()
  await acked
  await target.kill()
  const before = target.log().length
  await target.start()

  const again = await Client.connect(target, { account: romeo })
  again.say(phone.bare, 'after')
  await again.ask('get', `<ping xmlns='urn:xmpp:ping'/>`)
  while (!target.log().slice(before).includes(UNREACHABLE)) await again.ask('get', `<ping xmlns='urn:xmpp:ping'/>`)

  assert.equal(await Client.resume(target, { account: juliet }, { client: phone, id }), undefined)
  const next = await Client.connect(target, { account: juliet, resource: 'phone' })
  next.send('<presence/>')
  await next.message('after')
  const came = next.inbox.flatMap(({ elements }) => elements.find(({ name }) => name === 'body')?.text ?? [])
  assert.deepEqual(came, bodies)
  const archived = await wholeHistory(next)
  assert.deepEqual(
    archived.map(({ message }) => message.child('jabber:client', 'body')?.text),
    [...bodies, 'after'],
  )
  for (const client of [again, next]) client.line.destroy()
})
