import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import type { Here } from '../../streams/server.testing.ts'
import { type Answer, http, slot, uploadTown, uploaded } from './upload.testing.ts'

const filesIn = (town: Here): string[] =>
  readdirSync(join(town.settings.data, 'uploads'), { recursive: true, withFileTypes: true }).flatMap(entry =>
    entry.isFile() ? [entry.name] : [],
  )

describe('files over HTTPS', () => {
  let town: Here
  before(async () => void (town = await uploadTown({ quotaFiles: 30 })))
  after(() => town[Symbol.asyncDispose]())

  const put = (url: string, body: Buffer | string, headers: Record<string, string | number> = {}): Promise<Answer> =>
    http(town, 'PUT', url, { body, headers: { 'content-length': Buffer.byteLength(body), ...headers } })
  const get = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => http(town, method, url, { headers })

  test('what was put is got as it was, by whoever has the link', async () => {
    const body = randomBytes(300_000)
    const place = await slot(town, 'très cool.jpg', body.length, 'image/jpeg')
    assert.match(place.get, new RegExp(`^https://chat\\.cam\\.ac\\.uk:${town.ports.https}/upload/[\\w-]{43}/tr%C3%A8s%20cool\\.jpg$`))
    assert.equal((await get(place.get)).status, 404)
    const { status, headers: said } = await put(place.put, body, { 'content-type': 'image/jpeg' })
    assert.deepEqual([status, said['access-control-allow-origin']], [201, '*'])
    const { status: found, headers, body: same } = await get(place.get)
    assert.equal(found, 200)
    assert.ok(Buffer.from(same, 'latin1').equals(body))
    assert.equal(headers['content-type'], 'image/jpeg')
    assert.equal(headers['content-disposition'], `inline; filename="tr_s cool.jpg"; filename*=UTF-8''tr%C3%A8s%20cool.jpg`)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*sandbox/)
    const { status: head, headers: same2, body: nothing } = await get(place.get, {}, 'HEAD')
    assert.deepEqual([head, same2['content-length'], nothing], [200, '300000', ''])
    assert.equal((await get(place.get, { 'if-none-match': `W/"x", ${headers.etag}` })).status, 304)
    assert.equal(statSync(join(town.settings.data, 'upload.key')).mode & 0o777, 0o600)
  })

  test('what a browser would run is only ever saved', async () => {
    for (const [type, name] of [
      ['text/html', 'a.html'],
      ['image/svg+xml', 'a.svg'],
      ['application/xhtml+xml', 'a.xhtml'],
      ['text/javascript', 'a.js'],
    ] as const) {
      const { headers } = await get(await uploaded(town, name, '<script>alert(1)</script>', type))
      assert.match(headers['content-disposition'] ?? '', /^attachment/)
      assert.equal(headers['content-type'], 'application/octet-stream')
    }
    const { headers } = await get(await uploaded(town, 'a.txt', '<script>', 'text/plain'))
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
  })

  test('parts come one or several at a time, and what is not there is told', async () => {
    const link = await uploaded(town, 'alphabet', 'abcdefghijklmnopqrstuvwxyz')
    const part = (range: string, more = {}): Promise<Answer> => get(link, { range, ...more })
    const middle = await part('bytes=2-4')
    assert.deepEqual([middle.status, middle.headers['content-range'], middle.body], [206, 'bytes 2-4/26', 'cde'])
    assert.equal((await part('bytes=-3')).body, 'xyz')
    assert.equal((await part('bytes=24-')).body, 'yz')
    assert.equal((await part('bytes=24-99')).body, 'yz')
    const several = await part('bytes=0-0, 25-25')
    const boundary = /boundary=(.+)$/.exec(several.headers['content-type'] ?? '')?.[1] ?? ''
    assert.equal(several.body.length, Number(several.headers['content-length']))
    assert.deepEqual(
      several.body.split(`--${boundary}`).map(text => text.trim().split('\r\n').at(-1)),
      ['', 'a', 'z', '--'],
    )
    for (const range of ['bytes=26-', 'bytes=-0', 'bytes=0-5,3-9', `bytes=${Array.from({ length: 20 }, (_, i) => `${i}-${i}`).join()}`]) {
      const { status, headers } = await part(range)
      assert.deepEqual([status, headers['content-range']], [416, 'bytes */26'], range)
    }
    for (const range of ['bytes=4-2', 'bytes=x', 'lines=1-2', 'bytes=']) assert.equal((await part(range)).status, 200, range)
    assert.equal((await part('bytes=2-4', { 'if-range': '"other"' })).status, 200)
    assert.equal((await part('bytes=2-4', { 'if-range': middle.headers.etag })).status, 206)
  })

  test('the same bytes are stored once', async () => {
    const body = randomBytes(1000)
    const before = filesIn(town).length
    const links = [await uploaded(town, 'one', body), await uploaded(town, 'two', body, '', 'juliet')]
    assert.equal(filesIn(town).length, before + 1)
    for (const link of links) assert.equal((await get(link)).status, 200)
  })

  test('a slot is for one file, of its size and type', async () => {
    const place = await slot(town, 'a.png', 5, 'image/png')
    assert.equal((await put(place.put, 'four')).status, 400)
    assert.equal((await put(place.put, 'sixsix')).status, 413)
    assert.equal((await put(place.put, 'xfive', { 'content-type': 'text/html' })).status, 415)
    assert.equal((await put(place.put, 'xfive', { 'content-encoding': 'gzip' })).status, 415)
    assert.equal((await http(town, 'PUT', place.put, { body: 'xfive', headers: { 'transfer-encoding': 'chunked' } })).status, 411)
    const both = await Promise.all([put(place.put, 'first'), put(place.put, 'other')])
    assert.deepEqual(
      both.map(({ status }) => status).sort((a, b) => a - b),
      [201, 409],
    )
    assert.equal((await put(place.put, 'again')).status, 409)
  })

  test('links that we did not give are refused', async () => {
    const place = await slot(town, 'a', 1)
    const other = await slot(town, 'b', 1)
    const query = (url: string): string => url.slice(url.indexOf('?'))
    for (const url of [
      place.get,
      place.get + query(other.put),
      place.put.replace(/.(.{9})$/, (_, end) => `!${end}`),
      place.put.replace(/slot=./, 'slot=_'),
      place.put.replace('/a?', '/b?'),
      '/upload/../upload/x',
      `/upload/${'A'.repeat(43)}/..%2f..%2fetc%2fpasswd?slot=x.y`,
      `/upload/${'A'.repeat(43)}/%ff`,
    ])
      assert.equal((await put(url, 'x')).status, 403, url)
    for (const url of [place.get.replace(/a$/, 'b'), '/upload/', `/upload/${'A'.repeat(43)}/${'x'.repeat(5000)}`]) {
      assert.equal((await get(url)).status, 404, url)
    }
  })

  test('a file that breaks off leaves nothing behind, and its slot can be used again', async () => {
    const place = await slot(town, 'long', 1_000_000)
    const incoming = (): number => readdirSync(join(town.settings.data, 'uploads', 'incoming')).length
    const socket = connect({ port: town.ports.https, host: '127.0.0.1', rejectUnauthorized: false })
    const path = place.put.replace(/^https:\/\/[^/]+/, '')
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(200_000)}`)
    while (incoming() === 0) await sleep(5)
    assert.equal((await put(place.put, Buffer.alloc(1_000_000))).status, 409)
    socket.destroy()
    while (incoming() > 0) await sleep(5)
    assert.equal((await get(place.get)).status, 404)
    assert.equal((await put(place.put, Buffer.alloc(1_000_000))).status, 201)
  })

  test('browsers of any origin may ask', async () => {
    const { status, headers } = await http(town, 'OPTIONS', '/upload/x/y', { headers: { origin: 'https://example.org' } })
    assert.equal(status, 204)
    assert.match(String(headers['access-control-allow-methods']), /PUT/)
  })
})
