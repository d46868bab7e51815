import assert from 'node:assert/strict'
import { X509Certificate, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type TLSSocket, connect } from 'node:tls'
import { HOST, type Tier, makeCertificate, tier } from './web.testing.ts'

describe('what the web tier reads again when it is told to', () => {
  let town: Tier
  before(async () => void (town = await tier()))
  after(() => town[Symbol.asyncDispose]())

  async function shown(): Promise<string> {
    const socket: TLSSocket = connect({ host: '127.0.0.1', port: town.port, servername: HOST, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }

  test('its certificate', async () => {
    const old = await shown()
    const { certificate, key, pem } = makeCertificate(town.folder, 'second')
    await town.reload({ tls: { certificate, key } })
    assert.deepEqual([await shown(), old === (await shown())], [new X509Certificate(pem).fingerprint256, false])
  })

  test('the keys of the sign-on: a new one beside the old, then without it, and nobody is signed out', async () => {
    const [here, later, latest] = [town.browser(), town.browser(), town.browser()]
    assert.equal((await here.signsIn()).status, 303)
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    writeFileSync(join(town.folder, 'keys/pubkey8'), publicKey.export({ type: 'pkcs1', format: 'pem' }))
    await town.reload()
    assert.equal((await later.signsIn()).status, 303)
    rmSync(join(town.folder, 'keys/pubkey7'))
    await town.reload()
    assert.match((await latest.signsIn()).body, /unknown key/)
    assert.match((await here.asks('/session')).body, /"spqr2@/)
  })

  test('an answer that was used stays used', async () => {
    await using other = await tier()
    const [mine, twice] = [other.browser(), other.browser()]
    const back = await mine.goesToSignOn()
    for (const [name, value] of mine.cookies) twice.cookies.set(name, value)
    assert.equal((await mine.asks(back)).status, 303)
    await other.reload()
    assert.match((await twice.asks(back)).body, /used already/)
  })

  test('or nothing of it, when something is wrong', async () => {
    const old = await shown()
    const { certificate, key } = makeCertificate(town.folder, 'third')
    await assert.rejects(town.reload({ tls: { certificate, key: `${key}x` } }))
    await assert.rejects(town.reload({ tls: { certificate, key }, client: '/nowhere' }), /cannot be read/)
    assert.equal(await shown(), old)
  })

  test('the client', async () => {
    const browser = town.browser()
    assert.match((await browser.asks('/')).body, /<title>Chat</)
    const folder = join(town.folder, 'built')
    mkdirSync(folder)
    writeFileSync(join(folder, 'index.html'), '<title>The client</title>')
    writeFileSync(
      join(town.folder, 'keys/pubkey9'),
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'pkcs1', format: 'pem' }),
    )
    await town.reload({ client: folder })
    assert.match((await browser.asks('/')).body, /The client/)
    // What the tier's own pages look like is still there.
    assert.equal((await browser.asks('/chat.css')).status, 200)
    assert.equal((await browser.asks('/sign-on')).status, 303)
  })
})
