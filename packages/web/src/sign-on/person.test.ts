import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localpartOf } from './person.ts'

const CAMPUS = { domain: 'chat.cam.ac.uk', localpart: /^[a-z][a-z0-9]{1,7}$/u }

test('a name of the sign-on that is one here is an address as it stands', () => assert.equal(localpartOf('spqr2', CAMPUS), 'spqr2'))

for (const principal of [
  '',
  'SPQR2',
  'spqr2 ',
  ' spqr2',
  'spqr2\n',
  'spqr2@elsewhere.example',
  'spqr2/x',
  'spqr2@',
  'ſpqr2',
  'ｓpqr2',
  'x'.repeat(65),
])
  test(`${JSON.stringify(principal)} is nobody here`, () => assert.equal(localpartOf(principal, CAMPUS), undefined))

test('a rule that is too wide still lets nothing through that an address would change', () => {
  const wide = { ...CAMPUS, localpart: /^.*$/su }
  assert.equal(localpartOf('SPQR2', wide), undefined)
  assert.equal(localpartOf('a@b', wide), undefined)
  assert.equal(localpartOf('a/b', wide), undefined)
  assert.equal(localpartOf('', wide), undefined)
  assert.equal(localpartOf('o.connor', wide), 'o.connor')
})
