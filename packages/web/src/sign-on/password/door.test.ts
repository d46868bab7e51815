import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Browser, HOST, ORIGIN, type Tier, tier } from '../../web.testing.ts'

const PATH = '/sign-on/password'

describe('signing in with a password', () => {
  async function some(): Promise<Tier> {
    const town = await tier({ takesPasswords: true, trustedProxies: ['127.0.0.1'] })
    town.chat.login = message =>
      message === '\0spqr2\0süß & ok'
        ? `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`
        : `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>`
    return town
  }
  const types = async (browser: Browser, name: string, password: string, headers: object = { Origin: ORIGIN }) =>
    browser.asks(PATH, { method: 'POST', headers, body: new URLSearchParams({ name, password }).toString() })
  const who = async (browser: Browser) => (JSON.parse((await browser.asks('/session')).body) as { address: string | null }).address

  test('is not there unless it is switched on', async () => {
    await using town = await tier()
    const browser = town.browser()
    assert.equal((await browser.asks(PATH)).status, 404)
    assert.equal((await types(browser, 'spqr2', 'süß & ok')).status, 404)
    assert.doesNotMatch((await browser.asks('/session')).body, /password/i)
    assert.equal(town.chat.certificates.length, 0)
  })

  test('the chat server says whether it is right', async () => {
    await using town = await some()
    for (const name of ['spqr2', ` spqr2@${HOST} `]) {
      const browser = town.browser()
      assert.match((await browser.asks(PATH)).body, /autocomplete="current-password"/)
      assert.equal((await types(browser, name, 'süß & ok')).status, 303)
      assert.equal(await who(browser), `spqr2@${HOST}`)
    }
    const browser = town.browser()
    for (const [name, password] of [
      ['spqr2', 'a guess'],
      ['fanf2', 'süß & ok'],
      ['', ''],
      ['SPQR2', 'süß & ok'],
      ['spqr2@evil.test', 'süß & ok'],
      ['x\0spqr2', 'süß & ok'],
      ['fanf2', `x\0spqr2\0süß & ok`],
    ] as const) {
      const { status, body } = await types(browser, name, password)
      assert.deepEqual([status, /That is not right/.test(body)], [403, true], name)
      assert.ok(!body.includes('süß'))
    }
    assert.equal(await who(browser), null)
    assert.doesNotMatch(JSON.stringify(town.logged), /süß|a guess/)
  })

  test('only a page of ours can make a browser do it', async () => {
    await using town = await some()
    const browser = town.browser()
    for (const headers of [{}, { Origin: 'https://evil.test' }, { Origin: 'null' }])
      assert.equal((await types(browser, 'spqr2', 'süß & ok', headers)).status, 403)
    assert.equal(await who(browser), null)
  })

  test('guesses are slowed: at one person from one network, at many from one; others are not', async () => {
    await using town = await some()
    const from = (address: string) => ({ Origin: ORIGIN, 'X-Forwarded-For': address })
    const browser = town.browser()
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await types(browser, 'spqr2', `guess ${i}`, from('192.0.2.1'))).status)
    assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429, 429])
    assert.equal((await types(browser, 'spqr2', 'süß & ok', from('192.0.2.1'))).status, 429)
    assert.equal((await types(browser, 'spqr2', 'süß & ok', from('192.0.2.2'))).status, 303)
    town.clock.advance({ seconds: 12 })
    assert.equal((await types(town.browser(), 'spqr2', 'süß & ok', from('192.0.2.1'))).status, 303)
    for (let i = 0; i < 80; i++) statuses.push((await types(browser, `a${i}`, 'guess', from('192.0.2.1'))).status)
    assert.equal(statuses.at(-1), 429)
  })

  test('somebody who is locked, or whom the chat server cannot judge, is told so', async () => {
    await using town = await some()
    const failure = (condition: string) => `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><${condition}/></failure>`
    for (const [answer, status, words] of [
      [failure('account-disabled'), 403, /locked/],
      [failure('temporary-auth-failure'), 429, /wait/],
      ['<oddity/>', 502, /cannot be checked/],
    ] as const) {
      town.chat.login = () => answer
      const { status: said, body } = await types(town.browser(), 'spqr2', 'x')
      assert.equal(said, status)
      assert.match(body, words)
    }
  })
})
