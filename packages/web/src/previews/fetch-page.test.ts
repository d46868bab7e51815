import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { openInternet } from './addresses.ts'
import { type FetchNeeds, fetchPage, resolveByDns } from './fetch-page.ts'

const HTML = { 'Content-Type': 'text/html; charset=utf-8' }

describe('a page that a person names', () => {
  let server: Server
  let port: number
  let answers: (request: IncomingMessage, response: ServerResponse) => void
  const asked: string[] = []
  let connections = 0
  const isOpen = openInternet([])
  /** As in earnest, but that this machine's port stands for the open internet. */
  const needs = (changed: Partial<FetchNeeds> = {}): FetchNeeds => ({
    mayReach: (address, at) => (address === '127.0.0.1' && at === port) || ((at === 80 || at === 443) && isOpen(address)),
    resolve: async name => (name.endsWith('.test') ? ['127.0.0.1'] : []),
    agent: 'preview',
    limits: { ms: 2000 },
    ...changed,
  })
  const page = (path = '/', changed?: Partial<FetchNeeds>, host = 'site.test') => fetchPage(`http://${host}:${port}${path}`, needs(changed))
  before(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host} ${request.url}`)
      answers(request, response)
    })
    server.on('connection', () => (connections += 1))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ;({ port } = server.address() as AddressInfo)
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  test('is asked for by its name, at the address that was checked', async () => {
    answers = ({ headers }, response) => response.writeHead(200, HTML).end(`<title>${headers.host} ${headers.cookie ?? ''}</title>`)
    const found = await page('/a?b=c')
    assert.equal(found?.body.toString(), `<title>site.test:${port} </title>`)
    assert.equal(found?.url, `http://site.test:${port}/a?b=c`)
  })

  test('is HTML, all is well, and nothing packed', async () => {
    for (const [status, headers] of [
      [404, HTML],
      [200, { 'Content-Type': 'application/pdf' }],
      [200, { 'Content-Type': 'text/htmlx' }],
      [200, {}],
      [200, { ...HTML, 'Content-Encoding': 'gzip' }],
      [204, HTML],
    ] as const) {
      answers = (_, response) => response.writeHead(status, headers).end()
      assert.equal(await page(), undefined)
    }
  })

  test('is on the web, without a name and password', async () => {
    asked.length = 0
    for (const address of [
      `ftp://site.test:${port}/`,
      'file:///etc/passwd',
      `gopher://site.test:${port}/`,
      'javascript:1',
      'data:text/html,x',
      `http://me:secret@site.test:${port}/`,
      'site.test',
      '',
      `http://site.test:${port}/${'x'.repeat(2048)}`,
    ])
      assert.equal(await fetchPage(address, needs()), undefined, address)
    assert.deepEqual(asked, [])
  })

  test('is not inside, however that is spelt', async () => {
    connections = 0
    const inside = needs({ mayReach: (address, at) => (at === 80 || at === port) && isOpen(address) })
    for (const host of [
      '127.0.0.1',
      '127.1',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '2130706433',
      '0x7f000001',
      '127.0.0.1.',
      '１２７.0.0.1',
      '127。0。0。1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
      '0',
      '169.254.169.254',
      '[fd00:ec2::254]',
    ])
      assert.equal(await fetchPage(`http://${host}:${port}/`, inside), undefined, host)
    assert.equal(connections, 0)
  })

  test('has no address inside, not even besides one outside', async () => {
    connections = 0
    for (const addresses of [['10.0.0.1'], ['127.0.0.1', '10.0.0.1'], ['::1', '127.0.0.1'], ['fe80::1'], []])
      assert.equal(await page('/', { resolve: async () => addresses }), undefined)
    assert.equal(connections, 0)
  })

  test('is at the address that was checked, though its name leads elsewhere a moment later', async () => {
    answers = (_, response) => response.writeHead(200, HTML).end('<title>Checked</title>')
    let times = 0
    // The second answer would be where a browser goes after it has looked.
    const resolve = async (): Promise<readonly string[]> => ((times += 1) === 1 ? ['127.0.0.1'] : ['10.0.0.1'])
    assert.equal((await page('/', { resolve }))?.body.toString(), '<title>Checked</title>')
    assert.equal(times, 1)
  })

  test('whose name leads inside after a redirect to itself is not had', async () => {
    asked.length = 0
    let times = 0
    answers = (_, response) => response.writeHead(302, { Location: '/again' }).end()
    const resolve = async (): Promise<readonly string[]> => ((times += 1) === 1 ? ['127.0.0.1'] : ['10.0.0.1'])
    assert.equal(await page('/', { resolve }), undefined)
    assert.deepEqual(asked, [`site.test:${port} /`])
  })

  test('may be three redirects away, each of them checked', async () => {
    answers = ({ url }, response) => {
      const step = Number(url?.slice(1))
      if (step === 0) response.writeHead(200, HTML).end('<title>There</title>')
      else response.writeHead([301, 302, 303, 307, 308][step % 5] ?? 302, { Location: `/${step - 1}` }).end()
    }
    assert.equal((await page('/3'))?.url, `http://site.test:${port}/0`)
    assert.equal(await page('/4'), undefined)
  })

  test('does not lead inside', async () => {
    for (const location of [
      'http://127.0.0.1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://[::1]/',
      'http://0/',
      '//10.0.0.1/',
      'https://inside.example/',
      'file:///etc/passwd',
      `http://me:secret@site.test:1/`,
      'http://site.test:22/',
      '',
      'http://',
    ]) {
      asked.length = 0
      answers = (_, response) => response.writeHead(302, { Location: location }).end()
      assert.equal(
        await page('/', { resolve: async name => [name === 'inside.example' ? '192.168.0.1' : '127.0.0.1'] }),
        undefined,
        location,
      )
      // An empty Location is the page itself, three times more.
      assert.ok(asked.length === 1 || location === '', location)
    }
  })

  test('is read no further than it may be', async () => {
    let written = 0
    answers = (_, response) => {
      response.writeHead(200, HTML)
      response.write('<title>Endless</title>')
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    const found = await page()
    assert.equal(found?.body.length, 524_288)
    assert.match(found.body.subarray(0, 30).toString(), /^<title>Endless/)
    assert.ok(written < 50_000_000)
  })

  test('comes in time, or not at all', async () => {
    const limits = { ms: 100 }
    const silent = (): void => {}
    const trickle = (_: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(200, HTML)
      const timer = setInterval(() => response.write('<'), 10)
      response.on('close', () => clearInterval(timer))
    }
    for (const how of [silent, trickle]) {
      answers = how
      assert.equal(await page('/', { limits }), undefined)
    }
    const never = Promise.withResolvers<readonly string[]>()
    assert.equal(
      await page('/', {
        limits,
        resolve: (_, signal) => (signal.addEventListener('abort', () => never.reject(new Error('late'))), never.promise),
      }),
      undefined,
    )
  })

  test('has headers that are no longer than headers are', async () => {
    answers = (_, response) => response.writeHead(200, { ...HTML, 'X-Long': 'x'.repeat(20_000) }).end('<title>x</title>')
    assert.equal(await page(), undefined)
  })
})

test('names of this machine’s own files are not found', async () => {
  const found = await resolveByDns('no-such-name.invalid', AbortSignal.timeout(50))
  assert.deepEqual(found, [])
})
