import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PersonRule } from '../settings.ts'
import { principalBy } from './rule.ts'

const RAVEN: PersonRule = { name: 'email', pattern: /^([a-z]{1,5}[0-9]{1,5})@cam\.ac\.uk$/u, required: { hd: 'cam.ac.uk' } }
const SPQR2 = { email: ['spqr2@cam.ac.uk'], hd: ['cam.ac.uk'] }
const judge = (said: Readonly<Record<string, readonly unknown[]>>, rule = RAVEN): string => {
  const ruled = principalBy(rule, name => said[name] ?? [])
  return ruled.kind === 'principal' ? ruled.principal : `refused: ${ruled.why}`
}

test('the group is the name', () => assert.equal(judge(SPQR2), 'spqr2'))

for (const [what, said, why] of [
  ['nothing is said', {}, 'without the hd'],
  ['somebody is of elsewhere', { ...SPQR2, hd: ['evil.example'] }, 'without the hd'],
  ['it is not said where somebody is of', { email: SPQR2.email }, 'without the hd'],
  ['there is no name', { hd: SPQR2.hd }, 'without a email'],
  ['there are two', { ...SPQR2, email: ['spqr2@cam.ac.uk', 'fanf2@cam.ac.uk'] }, 'not one name'],
  ['it is no text', { ...SPQR2, email: [{ spqr2: true }] }, 'not one name'],
  ['it is of another domain', { ...SPQR2, email: ['spqr2@cam.ac.uk.evil.example'] }, 'of no one here'],
  ['another line is of ours', { ...SPQR2, email: ['evil@evil.example\nspqr2@cam.ac.uk'] }, 'of no one here'],
  ['it ends with a line', { ...SPQR2, email: ['spqr2@cam.ac.uk\n'] }, 'of no one here'],
  ['it is written otherwise', { ...SPQR2, email: ['SPQR2@CAM.AC.UK'] }, 'of no one here'],
] as const)
  test(`nobody is signed in when ${what}`, () => assert.match(judge(said), new RegExp(`^refused: .*${why}`)))

test('a pattern that would find a name within another does not', () => {
  const loose = { ...RAVEN, pattern: /([a-z]+[0-9]+)@cam\.ac\.uk/mu }
  assert.equal(judge(SPQR2, loose), 'spqr2')
  assert.match(judge({ ...SPQR2, email: ['evil+spqr2@cam.ac.uk.evil.example'] }, loose), /refused/)
  assert.match(judge({ ...SPQR2, email: ['x\nspqr2@cam.ac.uk'] }, loose), /refused/)
})

test('a pattern with no group, or one that did not take part, names nobody', () => {
  assert.match(judge(SPQR2, { ...RAVEN, pattern: /^.*$/u }), /refused/)
  assert.match(judge(SPQR2, { ...RAVEN, pattern: /^(?:(x)|.*)$/u }), /refused/)
})
