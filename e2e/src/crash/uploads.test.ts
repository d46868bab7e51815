/**
 * People upload files, the server is killed with -9 at random moments and started again: a file whose PUT was answered with 201 is there whole,
 * and what was not is there whole or not at all. CRASH_ROUNDS says how often; 5 unless told otherwise.
 */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from '../client/client.ts'
import { startTarget, targetName } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 5)
const PEOPLE = 4
const LARGEST = 400_000

let target: RunningTarget
const data = mkdtempSync(join(tmpdir(), 'e2e-uploads-'))
before(async () => {
  target = await startTarget({ people: PEOPLE, data, more: '[upload]\nslots_per_hour = false\n' })
})
after(async () => {
  await target.stop()
  rmSync(data, { recursive: true })
})

interface Upload {
  readonly url: string
  readonly hash: string
  isAcknowledged: boolean
}
const uploads: Upload[] = []
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Rejects when the connection breaks. */
function http(method: 'GET' | 'PUT', url: string, body?: Buffer): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: Buffer }>()
  const headers = body ? { 'content-length': body.length } : {}
  const asked = request(url, { method, headers, ca: target.certificate, agent: false }, answer => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('error', reject)
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }))
  })
  asked.on('error', reject)
  asked.end(body)
  return promise
}

/** Uploads one file after the other until the server is gone. */
async function uploadAll(client: Client): Promise<void> {
  try {
    for (;;) {
      const body = randomBytes(1 + Math.floor(Math.random() * LARGEST))
      const question = `<request xmlns='urn:xmpp:http:upload:0' filename='file.bin' size='${body.length}'/>`
      const slot = (await client.ask('get', question, `upload.${target.domain}`)).elements[0]
      const url = (name: string): string => slot?.elements.find(child => child.name === name)?.attributes['url'] ?? assert.fail('no slot')
      const upload = { url: url('get'), hash: sha256(body), isAcknowledged: false }
      uploads.push(upload)
      upload.isAcknowledged = (await http('PUT', url('put'), body)).status === 201
    }
  } catch {
    // Killed.
  } finally {
    client.line.destroy()
  }
}

/** The file is there whole, or it is not. */
async function isThere({ url, hash }: Upload): Promise<boolean> {
  const { status, body } = await http('GET', url)
  if (status === 404) return false
  assert.equal(status, 200)
  assert.equal(sha256(body), hash, `${url} is served, and is not what was uploaded`)
  return true
}

test(
  'files that were acknowledged survive kill -9, and no half of one is served',
  { skip: targetName !== 'plodge' && 'Plodge’s alone' },
  async t => {
    for (let round = 0; round < ROUNDS; round++) {
      const clients = Array.from({ length: PEOPLE }, (_, index) => Client.connect(target, { account: person(target, index) }))
      const working = (await Promise.all(clients)).map(uploadAll)
      await sleep(300 + Math.random() * 700)
      await target.kill()
      await Promise.all(working)
      await target.start()
    }
    let [kept, acknowledged] = [0, 0]
    for (const upload of uploads) {
      const is = await isThere(upload)
      kept += Number(is)
      acknowledged += Number(upload.isAcknowledged)
      assert.ok(is || !upload.isAcknowledged, `${upload.url} was acknowledged and is lost`)
    }
    t.diagnostic(`${ROUNDS} rounds, ${uploads.length} files begun, ${acknowledged} acknowledged, ${kept} there`)
    assert.ok(acknowledged > ROUNDS, 'Too little was acknowledged for the test to mean anything')
    // What is on disk is whole: each file's name is the hash of its bytes.
    for (const entry of readdirSync(join(data, 'uploads'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      assert.equal(sha256(readFileSync(file)), basename(file), `${file} is not whole`)
    }
  },
)
