import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { type Browser, ORIGIN, tier } from '../web.testing.ts'
import type { PreviewSettings } from '../settings.ts'

describe('previews of links', () => {
  let site: Server
  let asked = 0
  let held: (() => void)[] | undefined
  let previews: PreviewSettings
  before(async () => {
    site = createServer((request, response) => {
      asked += 1
      const answer = (): void => void response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<title>Page ${request.url}</title>`)
      if (held) held.push(answer)
      else answer()
    })
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    const { port } = site.address() as AddressInfo
    const instead = {
      mayReach: (address: string, at: number) => address === '127.0.0.1' && at === port,
      resolve: async () => ['127.0.0.1'],
    }
    previews = { never: [], instead }
  })
  after(async () => {
    site.closeAllConnections()
    site.close()
    await once(site, 'close')
  })
  const url = (path: string): string => `http://site.test:${(site.address() as AddressInfo).port}${path}`
  const ask = (browser: Browser, body: string, headers: object = { Origin: ORIGIN }) =>
    browser.asks('/preview', { method: 'POST', body, headers })

  test('are told to a person who is signed in, and fetched once for all', async () => {
    await using town = await tier({ previews })
    const [one, other] = [town.browser(), town.browser()]
    await one.signsIn('spqr2')
    await other.signsIn('fanf2')
    asked = 0
    const { status, headers, body } = await ask(one, url('/a'))
    assert.deepEqual([status, headers['content-type'], headers['cache-control']], [200, 'application/json', 'no-store'])
    assert.deepEqual(JSON.parse(body), { title: 'Page /a', description: '', site: '' })
    assert.equal((await ask(other, url('/a'))).body, body)
    assert.equal(asked, 1)
    for (const times of [1, 1, 2]) {
      town.clock.advance({ minutes: 25 })
      assert.equal((await ask(one, url('/a'))).status, 200)
      assert.equal(asked, times)
    }
  })

  test('have one answer for all that goes wrong, and it is remembered', async () => {
    await using town = await tier({ previews })
    const browser = town.browser()
    await browser.signsIn()
    for (const bad of ['http://127.0.0.1:22/', 'http://10.0.0.1/', 'file:///etc/passwd', 'nonsense', '', `http://x.test:1/`]) {
      const { status, body } = await ask(browser, bad)
      assert.deepEqual([status, body], [204, ''], bad)
    }
  })

  test('are for nobody else: not signed in, of another site, not asked for by POST', async () => {
    await using town = await tier({ previews })
    const browser = town.browser()
    asked = 0
    assert.equal((await ask(browser, url('/b'))).status, 401)
    await browser.signsIn()
    assert.equal((await ask(browser, url('/b'), { Origin: 'https://evil.example' })).status, 403)
    assert.equal((await ask(browser, url('/b'), {})).status, 403)
    assert.equal((await browser.asks(`/preview?url=${encodeURIComponent(url('/b'))}`)).status, 404)
    assert.equal((await ask(browser, 'x'.repeat(3000))).status, 413)
    assert.equal(asked, 0)
  })

  test('are bounded for each person, whatever browser they ask from', async () => {
    await using town = await tier({ previews })
    const [one, again] = [town.browser(), town.browser()]
    await one.signsIn()
    await again.signsIn()
    const statuses = []
    for (let i = 0; i < 32; i += 1) statuses.push((await ask(i % 2 === 0 ? one : again, url('/c'))).status)
    assert.deepEqual(statuses.slice(-3), [200, 429, 429])
    town.clock.advance({ seconds: 2 })
    assert.equal((await ask(one, url('/c'))).status, 200)
  })

  test('are bounded for all together, and one page is asked for once while it is on its way', async () => {
    await using town = await tier({ previews })
    const browser = town.browser()
    await browser.signsIn()
    held = []
    asked = 0
    const waiting = Array.from({ length: 16 }, async (_, i) => ask(browser, url(`/wait/${i}`)))
    for (let i = 0; i < 16; i += 1) await once(site, 'request')
    const same = ask(browser, url('/wait/3'))
    assert.equal((await ask(browser, url('/one-more'))).status, 503)
    for (const answer of held) answer()
    held = undefined
    assert.deepEqual(new Set((await Promise.all([...waiting, same])).map(({ status }) => status)), new Set([200]))
    assert.equal(asked, 16)
  })

  test('are off unless the configuration says so', async () => {
    await using town = await tier()
    const browser = town.browser()
    await browser.signsIn()
    assert.equal(JSON.parse((await browser.asks('/session')).body).previews, null)
    assert.equal((await ask(browser, url('/d'))).status, 404)
    await town.reload({ previews })
    assert.equal(JSON.parse((await browser.asks('/session')).body).previews, '/preview')
    assert.equal((await ask(browser, url('/d'))).status, 200)
  })
})
