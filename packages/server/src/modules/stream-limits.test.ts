import assert from 'node:assert/strict'
import test from 'node:test'
import { limitsFeature } from './stream-limits.ts'

test('stream features say the limits there are, and nothing of those that are turned off', () => {
  assert.equal(
    limitsFeature(10_000, 1800),
    `<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes><idle-seconds>1800</idle-seconds></limits>`,
  )
  assert.equal(limitsFeature(10_000, Infinity), `<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes></limits>`)
  assert.equal(limitsFeature(Infinity, Infinity), '')
})
