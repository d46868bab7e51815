import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Throttle } from './throttle.ts'

const HOME = '192.0.2.1'
const ELSEWHERE = '198.51.100.1'

function throttleOf(perMinute = 6) {
  const clock = { now: 1_000_000 }
  return { clock, throttle: new Throttle({ perMinute: () => perMinute, clock: () => clock.now }) }
}

const guess = (throttle: Throttle, times: number, person: string, address: string): void => {
  for (let i = 0; i < times; i++) throttle.attempt(person, address)
}

test('a minute’s worth of wrong passwords goes at once, the next waits, and more are refused', () => {
  const { throttle, clock } = throttleOf()
  for (let i = 0; i < 6; i++) assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 0 })
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 10_000 })
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'refused' })
  clock.now += 20_000
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 0 })
  clock.now += 600_000
  guess(throttle, 5, 'fanf2', HOME)
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 0 })
})

test('guesses that run side by side count as well', () => {
  const { throttle } = throttleOf()
  const attempts = Array.from({ length: 100 }, () => throttle.attempt('fanf2', HOME))
  assert.equal(attempts.filter(({ kind }) => kind === 'go').length, 7)
})

test('right passwords cost nothing', () => {
  const { throttle } = throttleOf()
  for (let i = 0; i < 1000; i++) {
    assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 0 })
    throttle.succeeded('fanf2', HOME)
  }
})

test('who is guessed at from everywhere is slowed everywhere, but not at their usual place', () => {
  const { throttle } = throttleOf()
  throttle.attempt('fanf2', HOME)
  throttle.succeeded('fanf2', HOME)
  for (let i = 0; i < 50; i++) throttle.attempt('fanf2', `203.0.113.${i}`)
  assert.deepEqual(throttle.attempt('fanf2', ELSEWHERE), { kind: 'refused' })
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 0 })
  assert.deepEqual(throttle.attempt('rjd4', ELSEWHERE), { kind: 'go', wait: 0 })
})

test('at the usual place, too, only so many may be guessed', () => {
  const { throttle } = throttleOf()
  throttle.attempt('fanf2', HOME)
  throttle.succeeded('fanf2', HOME)
  guess(throttle, 7, 'fanf2', HOME)
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'refused' })
})

test('one address that tries many people is slowed for all of them', () => {
  const { throttle } = throttleOf()
  for (let i = 0; i < 60; i++) assert.deepEqual(throttle.attempt(`p${i}`, HOME), { kind: 'go', wait: 0 })
  for (let i = 60; i < 70; i++) assert.equal(throttle.attempt(`p${i}`, HOME).kind, 'go')
  assert.deepEqual(throttle.attempt('another', HOME), { kind: 'refused' })
  assert.deepEqual(throttle.attempt('another', ELSEWHERE), { kind: 'go', wait: 0 })
})

test('one household’s IPv6 addresses are one address', () => {
  const { throttle } = throttleOf()
  for (let i = 0; i < 100; i++) throttle.attempt(`p${i}`, `2001:db8:1:2::${i.toString(16)}`)
  assert.deepEqual(throttle.attempt('fanf2', '2001:db8:1:2:ffff::1'), { kind: 'refused' })
  assert.deepEqual(throttle.attempt('fanf2', '2001:db8:1:3::1'), { kind: 'go', wait: 0 })
})

test('without rates nothing is slowed', () => {
  const { throttle } = throttleOf(Infinity)
  for (let i = 0; i < 1000; i++) assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'go', wait: 0 })
})

test('an attempt that could not be judged is given back, and makes no place usual', () => {
  const { throttle } = throttleOf()
  for (let i = 0; i < 100; i++) {
    throttle.attempt('fanf2', HOME)
    throttle.forgive('fanf2', HOME)
  }
  for (let i = 0; i < 50; i++) throttle.attempt('fanf2', `203.0.113.${i}`)
  assert.deepEqual(throttle.attempt('fanf2', HOME), { kind: 'refused' })
})
