import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { askedIn, localFor, submission } from './room-form.ts'

const FORM = namedForm('form', 'muc#roomconfig', [
  formField('{urn:plodge:rooms}template', { type: 'list-single', values: ['open'], options: [{ label: 'Open', value: 'open' }] }),
  formField('muc#roomconfig_lang', { type: 'text-single', label: 'Language', values: [] }),
  formField('muc#roomconfig_publicroom', { type: 'boolean', label: 'Listed', values: ['1'] }),
  formField('muc#roomconfig_roomname', { type: 'text-single', label: 'Name', values: ['A Dark Cave'] }),
  formField('muc#roomconfig_roomowners', { type: 'jid-multi', values: ['crone@x'] }),
  formField('muc#roomconfig_presencebroadcast', { type: 'list-multi', values: ['moderator', 'visitor'] }),
])

test('what people look for comes first; kinds and people have places of their own', () => {
  const { first, rest, kinds } = askedIn(FORM)
  assert.deepEqual(
    [first, rest].map(fields => fields.map(({ short }) => short)),
    [
      ['roomname', 'publicroom'],
      ['lang', 'presencebroadcast'],
    ],
  )
  assert.deepEqual(kinds?.options, [{ label: 'Open', value: 'open' }])
})

test('only what is different is submitted', () => {
  const sent = (answers: Readonly<Record<string, readonly string[]>>) =>
    submission(FORM, answers)?.fields.map(({ name, values }) => `${name?.split('_').at(-1)}=${values.join()}`)
  assert.deepEqual(sent({ 'muc#roomconfig_roomname': [' A Bright Cave '], 'muc#roomconfig_publicroom': ['true'] }), [
    'TYPE=muc#roomconfig',
    'roomname=A Bright Cave',
  ])
  assert.deepEqual(sent({ 'muc#roomconfig_publicroom': ['0'] }), ['TYPE=muc#roomconfig', 'publicroom=0'])
  assert.deepEqual(sent({ 'muc#roomconfig_presencebroadcast': [] }), ['TYPE=muc#roomconfig', 'presencebroadcast='])
  assert.equal(sent({ 'muc#roomconfig_lang': [''], 'muc#roomconfig_roomname': ['A Dark Cave'] }), undefined)
})

test('a room is called by what of its name may stand in an address', () => {
  assert.equal(localFor(' Sheet 2: Algebra! '), 'sheet-2-algebra')
  assert.equal(localFor('Café Ψ'), 'café-ψ')
  assert.equal(localFor('!?'), '')
  assert.ok(!localFor(`${'a'.repeat(59)} b`).endsWith('-'))
})
