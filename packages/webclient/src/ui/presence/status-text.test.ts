import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../i18n/en.ts'
import { nextTime, statusText } from './status-text.ts'

test('a status says what, where and until when, leaving out what is not said', () => {
  assert.equal(statusText({ what: '', where: 'Wolfson Court', until: undefined }, en), 'Wolfson Court')
  assert.equal(statusText({ what: '', where: '', until: 5 }, en), '')
  const today = new Date()
  today.setHours(23, 59, 0, 0)
  assert.equal(
    statusText({ what: 'Supervisions', where: 'Wolfson Court', until: today.getTime() }, en),
    'Supervisions, Wolfson Court, till 23:59',
  )
})

test('a time that is over today is meant for tomorrow', () => {
  const noon = new Date(2026, 10, 24, 12, 0).getTime()
  assert.equal(nextTime('16:00', noon), new Date(2026, 10, 24, 16, 0).getTime())
  assert.equal(nextTime('09:30', noon), new Date(2026, 10, 25, 9, 30).getTime())
  assert.equal(nextTime('four', noon), undefined)
})
