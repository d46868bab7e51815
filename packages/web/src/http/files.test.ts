import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { readFiles } from './files.ts'

const PAGE = `<!doctype html><title>Chat</title>${'<p>hello</p>'.repeat(100)}`

describe('the client’s files', () => {
  const folders: string[] = []
  after(() => folders.forEach(folder => rmSync(folder, { recursive: true })))
  function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'plodge-files-'))
    folders.push(folder)
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    return folder
  }
  const read = (files: Readonly<Record<string, string | Buffer>>, hasOwnPaths = true) => readFiles(folderOf(files), { hasOwnPaths })
  const built = { 'index.html': PAGE, 'assets/app-DkX3_a9Z.js': 'x()', 'icon.svg': '<svg/>' }

  test('with a hash in the name are kept for good, others asked for anew', async () => {
    const files = await read(built)
    assert.equal(files.answer('/assets/app-DkX3_a9Z.js', {})?.headers['Cache-Control'], 'public, max-age=31536000, immutable')
    for (const path of ['/', '/icon.svg']) assert.equal(files.answer(path, {})?.headers['Cache-Control'], 'no-cache')
  })

  test('the worker is asked for anew and reaches everything, and the manifest is one', async () => {
    const files = await read({ ...built, 'service-worker.js': 'self', 'manifest.webmanifest': '{}', 'icon-192.png': Buffer.from('png') })
    const headers = (path: string) => files.answer(path, {})?.headers ?? {}
    assert.deepEqual(
      ['Content-Type', 'Cache-Control'].map(name => headers('/service-worker.js')[name]),
      ['text/javascript; charset=utf-8', 'no-cache'],
    )
    assert.equal(headers('/manifest.webmanifest')['Content-Type'], 'application/manifest+json')
    assert.equal(headers('/icon-192.png')['Content-Type'], 'image/png')
  })

  test('come as the browser can read them, each under its own name', async () => {
    const files = await read(built)
    const form = (accepted: string) => files.answer('/', { 'accept-encoding': accepted })
    const [br, gzip, plain] = [form('gzip, deflate, br'), form('gzip;q=0.8, br;q=0'), form('')]
    assert.deepEqual(
      [br, gzip, plain].map(reply => reply?.headers['Content-Encoding']),
      ['br', 'gzip', undefined],
    )
    assert.equal(brotliDecompressSync(br?.body as Buffer).toString(), PAGE)
    assert.equal(gunzipSync(gzip?.body as Buffer).toString(), PAGE)
    assert.equal(plain?.body.toString(), PAGE)
    assert.equal(new Set([br, gzip, plain].map(reply => reply?.headers['ETag'])).size, 3)
    assert.equal(br?.headers['Vary'], 'Accept-Encoding')
  })

  test('that the browser has are not sent again', async () => {
    const files = await read(built)
    const tag = String(files.answer('/', {})?.headers['ETag'])
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`]) assert.equal(files.answer('/', { 'if-none-match': known })?.status, 304)
    assert.equal(files.answer('/', { 'if-none-match': '"x"' })?.status, 200)
  })

  test('that the build has compressed are not compressed again, and are no files of their own', async () => {
    const made = gzipSync(PAGE, { level: 1 })
    const files = await read({ ...built, 'index.html.gz': made })
    assert.deepEqual(files.answer('/', { 'accept-encoding': 'gzip' })?.body, made)
    assert.equal(files.answer('/index.html.gz', {}), undefined)
  })

  test('the page stands at paths of the client’s own too, but not for what is just missing', async () => {
    const navigating = { accept: 'text/html,application/xhtml+xml' }
    const files = await read(built)
    assert.equal(files.answer('/room/coffee@group.chat.cam.ac.uk', navigating)?.body.toString(), PAGE)
    assert.equal(files.answer('/assets/gone-DkX3_a9Z.js', { accept: '*/*' }), undefined)
    assert.equal((await read(built, false)).answer('/room', navigating), undefined)
  })

  test('that an older page wants are there until the next time', async () => {
    const [first, second, third] = await Promise.all(
      ['1', '2', '3'].map(name => read({ 'index.html': PAGE, [`assets/app-${name}.js`]: name })),
    )
    assert.ok(first && second && third)
    const now = second.replacing(first)
    assert.deepEqual(
      [now, third.replacing(now)].map(files => ['1', '2', '3'].map(name => files.answer(`/assets/app-${name}.js`, {})?.body.toString())),
      [
        ['1', '2', undefined],
        [undefined, '2', '3'],
      ],
    )
  })

  test('a folder that is no built client is refused, in words', async () => {
    await assert.rejects(read({ 'app.js': '' }), /no index\.html/)
    await assert.rejects(read({ ...built, 'key.pem': '' }), /not known what kind of file "\.pem" is/)
    await assert.rejects(readFiles('/nowhere', { hasOwnPaths: true }), /cannot be read/)
  })
})
