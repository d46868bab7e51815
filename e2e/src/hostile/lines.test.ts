/** Hostility below the stanzas: injection into STARTTLS, one byte at a time, never finishing. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Line } from '../client/line.ts'
import { SASL, base64, bind, header, openStream } from '../client/login.ts'
import { startTarget } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'
import { outcomeOf } from './case.ts'
import { Bystanders } from './stages.ts'

const LOGIN_SECONDS = 3
const STARTTLS = `<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: 4, limits: { login_seconds: LOGIN_SECONDS } })
})
after(() => target.stop())

test('what is slipped in behind STARTTLS is not taken for something said inside TLS', async () => {
  const { name, password } = person(target, 0)
  const injected = `${header(target.domain)}<auth xmlns='${SASL}' mechanism='PLAIN'>${base64(`\0${name}\0${password}`)}</auth>`
  const line = await Line.open(target.host, target.port)
  await openStream(line, target.domain)
  line.write(STARTTLS + injected)
  assert.equal((await line.element()).name, 'proceed')
  // The server may refuse the handshake altogether; if it takes it, nobody is logged in.
  const isSecure = await line.startTls(target).then(
    () => true,
    () => false,
  )
  if (isSecure) {
    assert.match((await openStream(line, target.domain)).payload, /<mechanisms /)
    line.write(`<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`)
    assert.deepEqual(await outcomeOf(line), { stream: 'not-authorized' })
  }
  line.destroy()
})

test('somebody on a very slow line logs in byte by byte', async () => {
  const { name, password } = person(target, 1)
  const line = await Line.openTls(target)
  const slowly = async (text: string): Promise<void> => {
    for (const byte of Buffer.from(text)) {
      line.write(Uint8Array.of(byte))
      await sleep(1)
    }
  }
  await slowly(header(target.domain))
  assert.equal((await line.element()).name, 'features')
  await slowly(`<auth xmlns='${SASL}' mechanism='PLAIN'>${base64(`\0${name}\0${password}`)}</auth>`)
  assert.equal((await line.element()).name, 'success')
  await openStream(line, target.domain)
  assert.equal(await bind(line, 'slow'), `${name}@${target.domain}/slow`)
  await line.close()
})

test('who never finishes logging in is sent away in time, at whatever step', async () => {
  const bystanders = await Bystanders.meet(target, person(target, 2), person(target, 3))
  const silent = await Line.open(target.host, target.port)
  const talking = await Line.open(target.host, target.port)
  const handshaking = await Line.open(target.host, target.tlsPort)
  handshaking.write(Uint8Array.of(0x16, 0x03, 0x01))
  const started = performance.now()
  const drip = setInterval(() => talking.write(' '), 100)
  assert.deepEqual(await outcomeOf(silent), { stream: 'connection-timeout' })
  assert.deepEqual(await outcomeOf(talking), { stream: 'connection-timeout' })
  await handshaking.gone()
  clearInterval(drip)
  assert.ok(performance.now() - started < (LOGIN_SECONDS + 4) * 1000, 'They were let wait too long')
  await bystanders.talk()
  await bystanders.leave()
})
