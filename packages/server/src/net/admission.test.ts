import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testLimits } from '@plodge/testkit/settings.ts'
import { networkOf } from '../accounts/network.ts'
import { Admission, type Visitor } from './admission.ts'

const visitor = (address: string, gone: string[] = []): Visitor => ({ address, destroy: () => void gone.push(address) })

test('one household has no more connections for having a great many addresses', () => {
  const admission = new Admission(() => testLimits({ rates: true, connectionsPerAddress: 2 }), networkOf)
  const first = visitor('2001:db8::1')
  assert.deepEqual(
    [first, visitor('2001:db8::2'), visitor('2001:db8::3'), visitor('2001:db8:1::1')].map(one => admission.enter(one)),
    [true, true, false, true],
  )
  admission.leave(first)
  assert.equal(admission.enter(visitor('2001:db8::4')), true)
})

test('a flood of strangers pushes out its own oldest ones, not those who logged in', () => {
  const gone: string[] = []
  const admission = new Admission(() => testLimits({ connectionsBeforeLogin: 2 }), networkOf)
  const visitors = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map(address => visitor(address, gone))
  for (const [i, one] of visitors.entries()) {
    admission.enter(one)
    if (i === 0) admission.known(one)
  }
  assert.deepEqual(gone, ['192.0.2.2'])
  admission.clear()
  assert.deepEqual(gone, ['192.0.2.2', '192.0.2.3', '192.0.2.4'])
})
