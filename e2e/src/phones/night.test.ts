/** A phone sleeps while 500 messages come: it has them all within two seconds of waking, by resumption (XEP-0198) or from history (XEP-0313). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../client/client.ts'
import { wholeHistory } from '../client/history.ts'
import { Proxy } from '../client/proxy.ts'
import { slixmpp } from '../clients/slixmpp.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'

const MISSED = 500
const MOST_MS = 2000
/** The server looks after its sleepers once a second. */
const SWEEP_MS = 1200

let target: RunningTarget
let proxy: Proxy
before(async () => {
  target = await startTarget({ people: 4 })
  proxy = await Proxy.to(target.host, target.port)
})
after(async () => {
  await proxy.close()
  await target.stop()
})

const addressOf = (index: number): string => `${person(target, index).name}@${target.domain}`
const bodies = (): string[] => Array.from({ length: MISSED }, (_, i) => `missed ${i}`)

/** Sends all of it and waits until the server has it. */
async function write(to: string): Promise<void> {
  const sender = await Client.connect(target, { account: person(target, 0) })
  await sender.enableManagement()
  const acked = new Promise<void>(resolve => {
    sender.onAcked = () => (sender.acked >= MISSED ? resolve() : undefined)
  })
  for (const body of bodies()) sender.say(to, body)
  sender.requestAck()
  await acked
  await sleep(SWEEP_MS)
  sender.line.destroy()
}

test('slixmpp wakes up', { skip: slixmpp.missing }, async t => {
  const door = slixmpp.doors.find(({ transport, mechanism }) => transport === 'starttls' && mechanism === 'PLAIN')
  assert.ok(door)
  const phone = await slixmpp.connect(target, person(target, 1), { resource: 'phone', door, port: proxy.port })
  await sleep(200)
  proxy.sleep()
  await write(addressOf(1))
  const start = performance.now()
  const isBack = phone.resumed()
  proxy.wake()
  await isBack
  await Promise.all(bodies().map(body => phone.hears(body)))
  const took = performance.now() - start
  t.diagnostic(`slixmpp had ${MISSED} messages ${Math.round(took)} ms after waking, log-in included`)
  await phone.leave()
  assert.ok(took < MOST_MS, `${took} ms`)
})

test('a session of our own client is resumed, in order and each message once', { skip: targetName !== 'plodge' }, async t => {
  const account = person(target, 2)
  const before = await Client.connect(target, { account })
  const id = (await before.enableManagement()) ?? assert.fail('no id')
  before.send('<presence/>')
  before.line.write(`<inactive xmlns='urn:xmpp:csi:0'/>`)
  await before.ask('get', `<ping xmlns='urn:xmpp:ping'/>`)
  before.line.destroy()
  await write(addressOf(2))
  const start = performance.now()
  const phone = (await Client.resume(target, { account }, { client: before, id })) ?? assert.fail('not resumed')
  await phone.message(`missed ${MISSED - 1}`)
  const took = performance.now() - start
  const came = phone.inbox.flatMap(({ elements }) => elements.find(({ name }) => name === 'body')?.text ?? [])
  assert.deepEqual(came, bodies().slice(0, -1))
  t.diagnostic(`resumption: ${MISSED} messages in ${Math.round(took)} ms, log-in included`)
  phone.line.destroy()
  assert.ok(took < MOST_MS, `${took} ms`)
})

test('a phone that logs in anew reads what it missed in its history', async t => {
  const account = person(target, 3)
  await write(addressOf(3))
  const start = performance.now()
  const phone = await Client.connect(target, { account })
  const archived = await wholeHistory(phone)
  const took = performance.now() - start
  assert.deepEqual(
    archived.map(({ message }) => message.child('jabber:client', 'body')?.text),
    bodies(),
  )
  t.diagnostic(`history: ${MISSED} messages in ${Math.round(took)} ms, log-in included`)
  phone.line.destroy()
  assert.ok(took < MOST_MS, `${took} ms`)
})
