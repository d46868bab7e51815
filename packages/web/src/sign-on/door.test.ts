import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { stamp, writeAnswer } from '@plodge/testkit/sign-on/answer.ts'
import { type Browser, HOST, ORIGIN, type Tier, tier } from '../web.testing.ts'

describe('signing in at the web tier', () => {
  let town: Tier
  before(async () => void (town = await tier()))
  after(() => town[Symbol.asyncDispose]())

  const who = async (browser: Browser) => (JSON.parse((await browser.asks('/session')).body) as { address: string | null }).address

  test('a person who proves who they are has a session, and the answer leaves the address bar', async () => {
    const browser = town.browser()
    assert.equal(await who(browser), null)
    const { status, headers } = await browser.signsIn()
    assert.deepEqual([status, headers.location], [303, '/'])
    assert.equal(await who(browser), `spqr2@${HOST}`)
    assert.deepEqual([...browser.cookies.keys()], ['__Host-plodge'])
  })

  test('cookies are for us alone', async () => {
    const browser = town.browser()
    const begun = (await browser.asks('/sign-on')).headers['set-cookie']
    assert.match(begun?.[0] ?? '', /^__Host-plodge-sign-on=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800$/)
    const cookies = (await browser.signsIn()).headers['set-cookie']
    assert.match(cookies?.[1] ?? '', /^__Host-plodge=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
  })

  test('an answer is good once', async () => {
    const [mine, twice] = [town.browser(), town.browser()]
    const back = await mine.goesToSignOn()
    for (const [name, value] of mine.cookies) twice.cookies.set(name, value)
    assert.equal((await mine.asks(back)).status, 303)
    const { status, body } = await twice.asks(back)
    assert.equal(status, 403)
    assert.match(body, /used already/)
  })

  test('nobody is signed in by another’s answer', async () => {
    const [attacker, victim] = [town.browser(), town.browser()]
    const back = await attacker.goesToSignOn('fanf2')
    await victim.asks('/sign-on')
    const { status, body } = await victim.asks(back)
    assert.equal(status, 403)
    assert.match(body, /for another browser/)
    assert.equal(await who(victim), null)
  })

  test('without cookies a person is told so, and not sent round', async () => {
    const browser = town.browser()
    const back = await browser.goesToSignOn()
    browser.cookies.clear()
    const { status, headers, body } = await browser.asks(back)
    assert.deepEqual([status, headers.location], [400, undefined])
    assert.match(body, /Allow cookies/)
  })

  test('a session word that was in the browser before is never made good', async () => {
    const browser = town.browser()
    browser.cookies.set('__Host-plodge', 'x'.repeat(43))
    await browser.signsIn()
    assert.notEqual(browser.cookies.get('__Host-plodge'), 'x'.repeat(43))
    const fixed = town.browser()
    fixed.cookies.set('__Host-plodge', 'x'.repeat(43))
    assert.equal(await who(fixed), null)
  })

  test('two windows may begin at once', async () => {
    const browser = town.browser()
    const first = await browser.goesToSignOn()
    await browser.asks('/sign-on')
    assert.equal((await browser.asks(first)).status, 303)
  })

  test('cancelling is no mistake, and is not asked again', async () => {
    const browser = town.browser()
    const { status, headers, body } = await browser.asks(await browser.goesToSignOn('spqr2', 'cancel'))
    assert.deepEqual([status, headers.location], [200, undefined])
    assert.match(body, /You cancelled it/)
  })

  test('whoever has left, or has no address here, stays outside', async () => {
    for (const [principal, words] of [
      ['left1', /not current/],
      ['Nobody', /no address at/],
    ] as const) {
      const browser = town.browser()
      const { status, body } = await browser.signsIn(principal)
      assert.equal(status, 403)
      assert.match(body, words)
      assert.equal(await who(browser), null)
    }
  })

  test('answers that were tampered with are shown, never retried, and not logged', async () => {
    const browser = town.browser()
    const back = await browser.goesToSignOn()
    const pairs = back.slice(back.indexOf('?') + 1)
    const bad = [
      back.replace('spqr2', 'fanf2'),
      `${back}&${pairs}`,
      '/sign-on/answer',
      '/sign-on/answer?WLS-Response=',
      '/sign-on/answer?WLS-Response=%FF!',
      '/sign-on/answer?WLS-Response=3!200',
    ]
    for (const path of bad) {
      const { status, headers } = await browser.asks(path)
      assert.deepEqual([status, headers.location], [403, undefined], path)
    }
    assert.ok(town.logged.length > 0)
    assert.doesNotMatch(JSON.stringify(town.logged), /WLS-Response|!200!/)
    // The true one is still good.
    assert.equal((await browser.asks(back)).status, 303)
  })

  test('an answer for this site by another name is refused, whatever name the request has', async () => {
    const browser = town.browser()
    const to = new URL((await browser.asks('/sign-on')).headers.location ?? '')
    const answer = writeAnswer(
      {
        ver: '3',
        status: '200',
        msg: '',
        issue: stamp(town.clock.now()),
        id: '1-1',
        url: 'https://evil.test/sign-on/answer',
        principal: 'spqr2',
        ptags: 'current',
        auth: 'pwd',
        sso: '',
        life: '',
        params: to.searchParams.get('params') ?? '',
      },
      town.signer,
    )
    const path = `/sign-on/answer?WLS-Response=${encodeURIComponent(answer)}`
    assert.match((await browser.asks(path)).body, /for another site/)
    assert.equal((await browser.asks(path, { headers: { Host: 'evil.test' } })).status, 421)
    assert.match((await browser.asks(path, { headers: { 'X-Forwarded-Host': 'evil.test' } })).body, /for another site/)
  })

  test('the sign-on is told where we are by the configuration, not by the request', async () => {
    const { headers } = await town.browser().asks('/sign-on?to=https://evil.test', { headers: { 'X-Forwarded-Host': 'evil.test' } })
    const to = new URL(headers.location ?? '')
    assert.equal(to.host, 'sign-on.test')
    assert.equal(to.searchParams.get('url'), `${ORIGIN}/sign-on/answer`)
  })

  test('nobody is sent elsewhere by an address of ours', async () => {
    for (const path of [
      '//evil.test',
      '/sign-on//evil.test',
      '/sign-out?to=//evil.test',
      '/\\evil.test',
      '/session?next=https://evil.test',
    ]) {
      const { headers } = await town.browser().asks(path)
      assert.equal(headers.location, undefined, path)
    }
  })

  test('signing out ends the session here, for every copy of the word, and is asked for by our page only', async () => {
    const [browser, copy] = [town.browser(), town.browser()]
    await browser.signsIn()
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value)
    const method = 'POST'
    for (const headers of [{}, { Origin: 'https://evil.test' }, { Origin: 'null' }, { Origin: `${ORIGIN}.evil.test` }])
      assert.equal((await browser.asks('/sign-out', { method, headers })).status, 403)
    assert.equal((await browser.asks('/sign-out')).status, 404)
    assert.equal(await who(browser), `spqr2@${HOST}`)
    assert.equal((await browser.asks('/sign-out', { method, headers: { Origin: ORIGIN } })).status, 200)
    assert.deepEqual([await who(browser), await who(copy)], [null, null])
  })

  test('nobody ends sessions from outside where the sign-on has no such word', async () => {
    const said = { method: 'POST', body: 'logout_token=x' }
    assert.equal((await town.browser().asks('/sign-on/back-channel', said)).status, 400)
  })

  test('a page of another site is not told who is here', async () => {
    const browser = town.browser()
    await browser.signsIn()
    assert.equal((await browser.asks('/session', { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403)
  })

  test('a session lasts no longer than the sign-on says, nor without a sign of its person', async () => {
    const browser = town.browser()
    await browser.signsIn()
    town.clock.advance({ minutes: 29 })
    assert.equal(await who(browser), `spqr2@${HOST}`)
    town.clock.advance({ minutes: 30 })
    assert.equal(await who(browser), null)
  })
})

test('where the sign-on is asked again, its word is good for so long', async () => {
  await using town = await tier({ askAgainMinutes: 10 })
  const who = async (browser: Browser) => (JSON.parse((await browser.asks('/session')).body) as { address: string | null }).address
  const browser = town.browser()
  await browser.signsIn()
  town.clock.advance({ minutes: 9 })
  assert.equal(await who(browser), `spqr2@${HOST}`)
  town.clock.advance({ minutes: 2 })
  assert.equal(await who(browser), null)
  await browser.signsIn()
  assert.equal(await who(browser), `spqr2@${HOST}`)
})
