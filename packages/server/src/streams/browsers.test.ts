/** Browsers that the web tier logs people in with, over real lines: named, listed, ended on either side, and kept out. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeCertificate } from '@plodge/testkit/certificates.ts'
import type { AccessingDevice } from '../accounts/devices/device.ts'
import { askControlSocket } from '../ops/control-socket.ts'
import type { RawClient } from './raw-client.testing.ts'
import { type Here, here } from './server.testing.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const WEB_TIER = 'urn:plodge:web-tier:0'
const { certificate: cert, key, fingerprint } = makeCertificate({ subject: 'web' })

const idOf = (letter: string): string => letter.repeat(20)
const browser = (letter: string, { address = '192.0.2.7', hours = 8 } = {}): string =>
  `<browser xmlns='${WEB_TIER}' id='${idOf(letter)}' address='${address}' idle='1800' ` +
  `until='${new Date(Date.now() + hours * 3_600_000).toISOString()}'><name>Firefox on Linux</name></browser>`
const ended = (letter: string, of = 'romeo'): string => `<ended xmlns='${WEB_TIER}' of='${of}' id='${idOf(letter)}'/>`
const noted = (letter: string, of = 'romeo'): string => ended(letter, of).replace('ended', 'noted')

describe('a browser', () => {
  let town: Here
  before(async () => {
    town = await here({ settings: { web: { certificateFingerprints: [fingerprint], createAccounts: false } } })
  })
  after(() => town[Symbol.asyncDispose]())

  const tier = (): Promise<RawClient> => town.client({ cert, key })
  /** The outcome of the log-in. */
  const logsIn = async (client: RawClient, first: string): Promise<string> =>
    client.asks(
      `${first}<auth xmlns='${SASL}' mechanism='EXTERNAL'>${Buffer.from('romeo@chat.cam.ac.uk').toString('base64')}</auth>`,
      /<success[^>]*\/>|<\/failure>|<\/stream:stream>/,
    )
  const comes = async (letter: string, options?: Parameters<typeof browser>[1]): Promise<RawClient> => {
    const client = await tier()
    assert.match(await logsIn(client, browser(letter, options)), /<success/)
    await client.open()
    await client.bind(`window-${letter}-${Math.random()}`)
    return client
  }
  const listed = async (): Promise<readonly AccessingDevice[]> => {
    const outcome = await askControlSocket(town.settings.data, 'listDevices', { localpart: 'romeo' })
    assert(outcome?.kind === 'done')
    return outcome.value as readonly AccessingDevice[]
  }
  const find = async (letter: string): Promise<AccessingDevice | undefined> => (await listed()).find(({ id }) => id === idOf(letter))
  const watches = async (): Promise<RawClient> => {
    const line = await tier()
    line.say(`<watch xmlns='${WEB_TIER}'/>`)
    return line
  }

  test('is listed with the name and address that the tier gives, all its windows as one, and stays when they are closed', async () => {
    const [one, other] = [await comes('a'), await comes('a', { address: '2001:db8::7' })]
    const device = await find('a')
    assert(device)
    const { name, software, kind, isConnected, isWeb, knowsPassword } = device
    assert.deepEqual([name, software, kind, isConnected, isWeb, knowsPassword], ['Firefox on Linux', 'Web', 'browser', true, true, false])
    assert.match(device.address ?? '', /^(192\.0\.2\.7|2001:db8::7)$/)
    assert.equal((await listed()).length, 1)
    await one.vanishes()
    assert.equal((await find('a'))?.isConnected, true)
    await other.vanishes()
    const away = await find('a')
    assert.deepEqual([away?.isConnected, away?.address], [false, '2001:db8::7'])
  })

  test('that is revoked is cut off at once, the tier hears of it, it cannot come back, and others go on', async () => {
    const [one, window, other, line] = [await comes('b'), await comes('b'), await comes('c'), await watches()]
    const gone = [one.goes(), window.goes()]
    await town.administer('revokeDevice', { localpart: 'romeo', id: idOf('b') })
    for (const heard of await Promise.all(gone)) assert.match(heard, /<not-authorized .*shut out/)
    assert.match(await line.hears(/<ended[^>]*>/), new RegExp(`of='romeo' id='${idOf('b')}'`))
    assert.equal(await find('b'), undefined)
    const again = await tier()
    assert.match(await logsIn(again, browser('b')), /<failure[^>]*><credentials-expired\/>/)
    await again.vanishes()
    assert.match(await other.asks(`<iq type='get' id='still'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='still'`), /type='result'/)
    await other.vanishes()
    await line.vanishes()
  })

  test('is ended by a person on another device, by XEP-0494', async () => {
    const [one, desk] = [await comes('d'), await town.login('desk')]
    const gone = one.goes()
    await desk.asks(
      `<iq type='set' id='r'><revoke xmlns='urn:xmpp:cam:0' id='${idOf('d')}'/></iq>`,
      /<iq[^>]*id='r'[^>]*type='result'|type='result'[^>]*id='r'/,
    )
    assert.match(await gone, /<not-authorized /)
    await desk.vanishes()
  })

  test('is told of again to a tier that comes later, until that has noted it', async () => {
    await (await comes('e')).vanishes()
    await town.administer('revokeDevice', { localpart: 'romeo', id: idOf('e') })
    const first = await watches()
    await first.hears(`id='${idOf('e')}'`)
    await first.vanishes()
    const second = await watches()
    await second.hears(`id='${idOf('e')}'`)
    // What was asked behind it is answered behind it.
    await second.asks(noted('e') + ended('f', 'nobody'), '<noted')
    await second.vanishes()
    const third = await watches()
    assert.doesNotMatch(await third.asks(ended('f', 'nobody'), '<noted'), new RegExp(idOf('e')))
    await third.vanishes()
    assert.match(await logsIn(await tier(), browser('e')), /<credentials-expired\/>/)
  })

  test('that signs out at the tier is off the list, and what still runs of it ends', async () => {
    const [one, line] = [await comes('1'), await watches()]
    const gone = one.goes()
    await line.asks(ended('1'), noted('1').slice(0, 30))
    assert.match(await gone, /<not-authorized /)
    assert.equal(await find('1'), undefined)
    assert.match(await logsIn(await tier(), browser('1')), /<credentials-expired\/>/)
    await line.vanishes()
  })

  test('is the tier’s to speak of, and nobody else’s', async () => {
    for (const words of [browser('2'), `<watch xmlns='${WEB_TIER}'/>`]) {
      const stranger = await town.client()
      stranger.say(words)
      assert.match(await stranger.goes(), /<not-authorized /)
    }
  })

  for (const [what, words] of [
    ['whose id is none', browser('2').replace(idOf('2'), 'x')],
    ['without an address', browser('2', { address: 'here' })],
    ['without an end', browser('2').replace(/until='[^']*'/, `until='soon'`)],
    ['that is something else', browser('2').replaceAll('browser', 'window')],
  ] as const)
    test(`${what} ends the stream`, async () => {
      const client = await tier()
      client.say(words)
      assert.match(await client.goes(), /<bad-format |<unsupported-stanza-type /)
    })

  test('that comes back to its session is where it says it is now', async () => {
    const client = await comes('3')
    const id = await client.enable()
    await client.vanishes()
    assert.equal((await find('3'))?.isConnected, false)
    const again = await tier()
    await logsIn(again, browser('3', { address: '198.51.100.4' }))
    await again.open()
    await again.asks(`<resume xmlns='urn:xmpp:sm:3' previd='${id}' h='0'/>`, '<resumed')
    const device = await find('3')
    assert.deepEqual([device?.isConnected, device?.address], [true, '198.51.100.4'])
    await again.vanishes()
  })

  test('has nothing to do on the tier’s own stream', async () => {
    const line = await watches()
    line.say(`<auth xmlns='${SASL}' mechanism='EXTERNAL'>cm9tZW8=</auth>`)
    assert.match(await line.goes(), /<unsupported-stanza-type /)
  })
})
