/**
 * People talk, the server is killed with -9 at random moments and started again: what it acknowledged is kept exactly once on each
 * side and reaches its recipient. CRASH_ROUNDS says how often; 20 unless told otherwise.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTarget, targetName } from '../target/start.ts'
import { type RunningTarget, person } from '../target/target.ts'
import { Ledger } from './ledger.ts'
import { Talker } from './talker.ts'

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 20)
const PEOPLE = 12

let target: RunningTarget
before(async () => {
  target = await startTarget({ people: PEOPLE })
})
after(() => target.stop())

const isPromised = targetName === 'plodge'
test('what was acknowledged survives kill -9', { skip: !isPromised && 'only Plodge promises this' }, async t => {
  const ledger = new Ledger()
  const talkers = Array.from({ length: PEOPLE }, (_, i) => new Talker(target, person(target, i), person(target, i ^ 1), ledger))
  await Promise.all(talkers.map(talker => talker.connect()))
  for (let round = 0; round < ROUNDS; round++) {
    for (const talker of talkers) talker.talk()
    await sleep(200 + Math.random() * 1000)
    // An acknowledgement that came before its commit is caught best by killing the moment it is here.
    const here = talkers.filter(({ isHere }) => isHere)
    if (round % 2 === 0) await here[Math.floor(Math.random() * here.length)]?.nextAck()
    const killed = target.kill()
    for (const talker of talkers) talker.hush()
    const gone = Promise.all(talkers.map(talker => talker.gone()))
    await Promise.all([killed, gone])
    await target.start()
    assert.ok(await talkers[round % PEOPLE]?.failsToResume(), 'A session of the killed server was resumed')
    // Somebody stays away for a round, and is written to meanwhile.
    const absent = Math.floor(Math.random() * PEOPLE * 2)
    await Promise.all(talkers.filter((_, i) => i !== absent || round === ROUNDS - 1).map(talker => talker.connect()))
  }
  await Promise.all(talkers.map(talker => talker.settled()))
  await Promise.all(talkers.map((talker, i) => talker.reaches(talkers[i ^ 1] ?? talker)))
  await Promise.all(talkers.map(talker => talker.count()))
  const { sums } = ledger
  t.diagnostic(
    `${ROUNDS} rounds, ${sums.sent} messages sent, ${sums.acked} acknowledged, ${sums.lost} lost, ${sums.doubled} doubled, ${sums.halved} halved, ${sums.undelivered} undelivered`,
  )
  assert.deepEqual(
    { ...sums, sent: 0, acked: 0 },
    { sent: 0, acked: 0, lost: 0, doubled: 0, halved: 0, undelivered: 0, refusedAndKept: 0 },
    ledger.missing().slice(0, 10).join(),
  )
  assert.ok(sums.acked > ROUNDS * PEOPLE, 'Too little was acknowledged for the test to mean anything')
  await Promise.all(talkers.map(talker => talker.leave()))
})
