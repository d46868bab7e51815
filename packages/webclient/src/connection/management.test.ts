import { Element } from '@plodge/xmpp/xml/element.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delayBefore } from './backoff.ts'
import { Management } from './management.ts'

const stanza = (id: string): Element => new Element('jabber:client', 'message', { id })
const ids = (stanzas: readonly Element[] | undefined): readonly (string | undefined)[] | undefined =>
  stanzas?.map(({ attributes }) => attributes['id'])

test('what goes out is unconfirmed until the server counts it, in order', () => {
  const counts = new Management()
  counts.wentOut(stanza('before it is on'))
  counts.begin()
  for (const id of ['a', 'b', 'c']) counts.wentOut(stanza(id))
  assert.deepEqual(ids(counts.confirm(2)), ['a', 'b'])
  assert.deepEqual(ids(counts.confirm(2)), [])
  assert.deepEqual(ids(counts.unconfirmed), ['c'])
  assert.deepEqual(ids(counts.end()), ['c'])
})

test('a server that confirms more than it was sent, or what is no number, is not believed', () => {
  const counts = new Management()
  counts.begin()
  counts.wentOut(stanza('a'))
  assert.equal(counts.confirm(2), undefined)
  assert.equal(counts.confirm(Number.NaN), undefined)
  assert.deepEqual(ids(counts.confirm(1)), ['a'])
})

test('what comes in before <enabled/> does not count', () => {
  const counts = new Management()
  counts.begin()
  counts.cameIn()
  counts.enabled('kept')
  assert.equal(counts.received, 0)
  counts.cameIn()
  assert.equal(counts.received, 1)
})

test('waiting gets longer, stays bounded, and differs between browsers', () => {
  assert.ok(delayBefore(0, 0) >= 250)
  assert.ok(delayBefore(100, 0.999) <= 30_000)
  assert.ok(delayBefore(5, 0.1) < delayBefore(5, 0.9))
})
