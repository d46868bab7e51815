import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Clock } from '@plodge/testkit/clock.ts'
import { restoreSessions, saveSessions } from './saved-sessions.ts'
import { Sessions } from './sessions.ts'
import { HOST, ORIGIN, tier } from './web.testing.ts'

const ADDRESSES = { domain: HOST, localpart: /^[a-z][a-z0-9]{1,7}$/u }

describe('who is signed in, across a restart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-saved-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'sessions.json')
  const warned: string[] = []
  const log = { info: () => {}, error: () => {}, warn: (_: object, text: string) => void warned.push(text) }
  const clock = new Clock()
  const some = () => new Sessions({ idleMs: 60_000, lifeMs: 3_600_000, perPerson: 3, most: 10 }, clock.now)

  test('is there again, for as long as it was to be, and nothing in the file lets anybody in', () => {
    const before = some()
    const word = before.open('spqr2', 600_000) ?? ''
    const signedOut = before.open('spqr2') ?? ''
    before.close(before.find(signedOut) ?? assert.fail())
    saveSessions(file, before, log)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(!readFileSync(file, 'utf8').includes(word))
    clock.advance({ minutes: 2 })
    const again = some()
    restoreSessions(file, again, ADDRESSES, log)
    assert.ok(!existsSync(file))
    assert.equal(again.find(word)?.localpart, 'spqr2')
    assert.equal(again.find(signedOut), undefined)
    const name = JSON.stringify(before.saved())
    assert.equal(again.find(/"name":"([^"]+)/.exec(name)?.[1] ?? ''), undefined)
    // Shutting out reaches those that were restored.
    again.shutOut('spqr2')
    assert.equal(again.size, 0)
  })

  test('is not there when its time is over, or its person can have no place here any more', () => {
    const before = some()
    const [short, other] = [before.open('spqr2', 60_000) ?? '', before.open('fanf2') ?? '']
    saveSessions(file, before, log)
    clock.advance({ minutes: 1 })
    const again = some()
    restoreSessions(file, again, { ...ADDRESSES, localpart: /^spqr2$/u }, log)
    assert.deepEqual([again.find(short), again.find(other)], [undefined, undefined])
  })

  for (const text of [
    '',
    '[]',
    '{"version":2,"sessions":[]}',
    '{"version":1,"sessions":[{"name":"x","localpart":"spqr2","until":1}]}',
    '{"version":1,"sessions":[null]}',
  ])
    test(`${JSON.stringify(text)} restores nobody, and is told of`, () => {
      writeFileSync(file, text)
      const sessions = some()
      warned.length = 0
      restoreSessions(file, sessions, ADDRESSES, log)
      assert.deepEqual([sessions.size, warned.length, existsSync(file)], [0, 1, false])
    })

  test('a browser goes on with the session that it had', async () => {
    const sessionsFile = join(folder, 'kept.json')
    const first = await tier({ sessionsFile })
    const browser = first.browser()
    await browser.signsIn()
    await first[Symbol.asyncDispose]()
    await using second = await tier({ sessionsFile })
    const same = second.browser()
    for (const [name, value] of browser.cookies) same.cookies.set(name, value)
    assert.match((await same.asks('/session')).body, /"spqr2@/)
    const socket = same.socket()
    await once(socket, 'open')
    socket.terminate()
    await same.asks('/sign-out', { method: 'POST', headers: { Origin: ORIGIN } })
    assert.match((await same.asks('/session')).body, /"address":null/)
  })
})
