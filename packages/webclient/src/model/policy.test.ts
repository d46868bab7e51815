import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { policyIn } from './policy.ts'

const policy = (fields: Readonly<Record<string, string | readonly string[]>>) =>
  policyIn([
    namedForm('result', 'urn:example:other', []),
    namedForm(
      'result',
      'urn:xmpp:data-policy:0',
      Object.entries(fields).map(([name, value]) =>
        formField(name, { type: 'text-multi', values: typeof value === 'string' ? [value] : value }),
      ),
    ),
  ])

test('what a server says of people’s data is understood (XEP-0504)', () => {
  assert.deepEqual(
    policy({
      data_retention: '2160',
      backup_retention: 'infinite',
      access_policy: ['admins', 'government'],
      encryption_at_rest: 'true',
      data_export: '1',
      tos: 'https://www.cam.ac.uk/rules',
      extra_info: ['One.', 'Two.'],
    }),
    {
      kept: { kind: 'hours', hours: 2160 },
      backups: { kind: 'for good' },
      seenByOperators: true,
      encryptedAtRest: true,
      canBeExported: true,
      terms: 'https://www.cam.ac.uk/rules',
      notes: 'One.\nTwo.',
    },
  )
})

test('what it does not say is not made up', () => {
  assert.equal(policyIn([]), undefined)
  assert.equal(policyIn([namedForm('result', 'urn:example:other', [])]), undefined)
  const { kept, backups, seenByOperators, terms } = policy({ data_retention: '-1', tos: 'javascript:alert(1)' }) ?? {}
  assert.deepEqual([kept, backups, seenByOperators, terms], [{ kind: 'unknown' }, undefined, undefined, undefined])
  assert.deepEqual(policy({ data_retention: 'infinite' })?.kept, { kind: 'for good' })
})
