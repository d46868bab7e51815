/** The disk fills up while people talk: messages are refused or stay unacknowledged, none is acknowledged and lost, and it goes on once there is room. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTarget, targetName } from '../target/start.ts'
import { person } from '../target/target.ts'
import { Ledger } from './ledger.ts'
import { Talker } from './talker.ts'

const PEOPLE = 4

test('a full disk loses nothing that was acknowledged', { skip: targetName !== 'plodge' && 'only Plodge promises this' }, async t => {
  const folder = smallDisk(t)
  if (folder === undefined) return
  const target = await startTarget({ people: PEOPLE, data: folder })
  t.after(() => target.stop())
  const ledger = new Ledger()
  const talkers = Array.from({ length: PEOPLE }, (_, i) => new Talker(target, person(target, i), person(target, i ^ 1), ledger))
  await Promise.all(talkers.map(talker => talker.connect()))
  await talkFor(talkers, 500)
  await Promise.all(talkers.map(talker => talker.settled()))
  const before = ledger.sums.acked

  fill(folder)
  await talkFor(talkers, 4000)
  assert.equal(target.ending, undefined, `The server did not survive a full disk: ${target.log().slice(-3000)}`)
  const during = ledger.sums.acked
  rmSync(join(folder, 'ballast'))

  await sleep(1000)
  await Promise.all(talkers.filter(talker => !talker.isHere).map(talker => talker.connect()))
  await talkFor(talkers, 1000)
  await Promise.all(talkers.map(talker => talker.settled()))
  const afterwards = ledger.sums.acked
  assert.ok(afterwards > during, 'Nothing is acknowledged though there is room again')

  // Once more from what is on disk alone.
  const gone = Promise.all(talkers.map(talker => talker.gone()))
  await target.kill()
  await gone
  await target.start()
  await Promise.all(talkers.map(talker => talker.connect()))
  await Promise.all(talkers.map((talker, i) => talker.reaches(talkers[i ^ 1] ?? talker)))
  await Promise.all(talkers.map(talker => talker.count()))
  const { sums } = ledger
  t.diagnostic(
    `${sums.sent} sent, acknowledged ${before} before, ${during - before} while full, ${afterwards - during} afterwards; ${sums.lost} lost, ${sums.doubled} doubled`,
  )
  assert.deepEqual(
    { ...sums, sent: 0, acked: 0 },
    { sent: 0, acked: 0, lost: 0, doubled: 0, halved: 0, undelivered: 0, refusedAndKept: 0 },
    ledger.missing().slice(0, 10).join(),
  )
  await Promise.all(talkers.map(talker => talker.leave()))
})

/** A tmpfs of a few megabytes; undefined, and the test skipped, where that cannot be had. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', folder], { stdio: 'pipe' })
  } catch (error) {
    rmdirSync(folder)
    t.skip(`a small disk needs root and mount: ${error instanceof Error ? error.message.trim() : ''}`)
    return undefined
  }
  t.after(() => {
    execFileSync('umount', ['-l', folder])
    rmdirSync(folder)
  })
  return folder
}

/** Leaves no block free. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(bavail * bsize))
}

async function talkFor(talkers: readonly Talker[], milliseconds: number): Promise<void> {
  for (const talker of talkers) talker.talk()
  await sleep(milliseconds)
  for (const talker of talkers) talker.hush()
}
