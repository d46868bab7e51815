import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Tier, tier } from '../web.testing.ts'

describe('the web tier’s pages', () => {
  let town: Tier
  before(async () => void (town = await tier()))
  after(() => town[Symbol.asyncDispose]())

  test('have nothing inline, nothing from elsewhere, and go into nobody’s frame', async () => {
    for (const path of ['/', '/nothing', '/sign-on/answer', '/session']) {
      const { headers } = await town.browser().asks(path)
      const policy = headers['content-security-policy'] as string
      assert.match(policy, /default-src 'none'; script-src 'self'; /)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.match(policy, /manifest-src 'self'; worker-src 'self'; /)
      assert.doesNotMatch(policy, /unsafe|\*|data:/)
      assert.match(headers['permissions-policy'] as string, /camera=\(\), microphone=\(self\)/)
      assert.equal(headers['x-frame-options'], 'DENY')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['strict-transport-security'], 'max-age=31536000')
    }
  })

  test('are what they say they are', async () => {
    for (const [path, type] of [
      ['/', 'text/html; charset=utf-8'],
      ['/chat.js', 'text/javascript; charset=utf-8'],
      ['/chat.css', 'text/css; charset=utf-8'],
    ] as const) {
      const { status, headers, body } = await town.browser().asks(path)
      assert.deepEqual([status, headers['content-type']], [200, type])
      assert.doesNotMatch(body, /<script>|<style| on\w+=|https?:\/\/(?!etherx\.jabber\.org)/)
    }
  })

  for (const [what, path, options, status] of [
    ['a path that climbs', '/../settings.ts', {}, 404],
    ['an encoded one', '/%2e%2e/settings.ts', {}, 404],
    ['a method that is not for it', '/', { method: 'DELETE' }, 405],
    ['another name of this machine', '/', { headers: { Host: '127.0.0.1' } }, 421],
    ['a body that nobody wants', '/sign-out', { method: 'POST', headers: { 'Content-Length': '10000' } }, 413],
  ] as const)
    test(`${what} is answered by ${status}`, async () => {
      assert.equal((await town.browser().asks(path, options)).status, status)
    })

  test('say how it goes where the machine itself asks', async () => {
    const ask = async (path: string) => fetch(`http://127.0.0.1:${town.metricsPort}${path}`)
    assert.equal(await (await ask('/health')).text(), 'ok\n')
    assert.match(await (await ask('/metrics')).text(), /^plodge_web_sessions 0$/m)
    assert.equal((await ask('/')).status, 404)
  })
})

test('a network that asks too much waits, and a proxy’s word for another network counts only from a proxy of ours', async () => {
  const statuses = async (town: Tier): Promise<Set<number>> => {
    const answers = Array.from({ length: 210 }, async (_, i) =>
      town.browser().asks('/', { headers: { 'X-Forwarded-For': `192.0.2.${i}` } }),
    )
    return new Set((await Promise.all(answers)).map(({ status }) => status))
  }
  {
    await using town = await tier()
    assert.deepEqual(await statuses(town), new Set([200, 429]))
  }
  await using town = await tier({ trustedProxies: ['127.0.0.1'] })
  assert.deepEqual(await statuses(town), new Set([200]))
})
