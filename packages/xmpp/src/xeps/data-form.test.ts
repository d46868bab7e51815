import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from '../xml/parse.ts'
import { DataForm, formField, formType, namedForm } from './data-form.ts'
import { answersTo } from './data-form-answers.ts'

const read = (inside: string, type = 'form'): DataForm => DataForm.read(parse(`<x xmlns='jabber:x:data' type='${type}'>${inside}</x>`))
const refuses = (inside: string, type?: string): void => assert.throws(() => read(inside, type), { condition: 'bad-request' }, inside)

test('a form that breaks a rule of the specification is refused', () => {
  refuses('', 'elsewhere')
  refuses(`<field type='text-single'/>`)
  refuses(`<field var='a'/><field var='a'/>`)
  refuses(`<field var='a' type='boolean'><value>1</value><value>0</value></field>`)
  refuses(`<field var='a' type='text-single'><option><value>1</value></option></field>`)
  refuses(`<field var='a' type='list-single'><option/></field>`)
  refuses(`<field var='a' type='list-single'><option><value>1</value></option><option><value>1</value></option></field>`)
  refuses(`<reported><field var='a'/></reported><reported/>`, 'result')
  refuses(`<item><field var='a'/></item>`, 'result')
  refuses(`<reported><field var='a'/></reported><item><field var='b'/></item>`, 'result')
  refuses(`<reported><field var='a'/></reported><item><field var='a'/></item>`, 'submit')
})

test('a type that nobody knows is text-single, and so is none in a form to be filled in', () => {
  assert.equal(read(`<field var='a' type='colour'/>`).fields[0]?.type, 'text-single')
  assert.equal(read(`<field var='a'/>`).fields[0]?.type, 'text-single')
  assert.equal(read(`<field var='a'/>`, 'submit').fields[0]?.type, undefined)
  assert.equal(read(`<field type='fixed'><value>A heading</value></field>`).fields[0]?.name, undefined)
})

test('a form is named by a hidden field, in a submission by any', () => {
  const field = (type: string): string => `<field var='FORM_TYPE'${type}><value>urn:example</value></field>`
  assert.equal(formType(read(field(` type='hidden'`))), 'urn:example')
  assert.equal(formType(read(field(''), 'result')), undefined)
  assert.equal(formType(read(field(''), 'submit')), 'urn:example')
})

const ASKED = namedForm('form', 'urn:example', [
  formField('public', { type: 'boolean', isRequired: true, label: 'Public bot?' }),
  formField('size', {
    type: 'list-single',
    options: [
      { label: 'Ten', value: '10' },
      { label: 'Twenty', value: '20' },
    ],
  }),
  formField('friends', { type: 'jid-multi' }),
  formField('name', { type: 'text-single' }),
  formField('about', { type: 'text-multi' }),
])
type Filled = Readonly<Record<string, readonly string[]>>
const submission = (values: Filled, name = 'urn:example'): DataForm =>
  namedForm(
    'submit',
    name,
    Object.entries(values).map(([field, texts]) => formField(field, { values: texts })),
  )

test('answers come back by field, normalised; what was not asked is ignored and what was left out is not there', () => {
  const filled = {
    public: ['1'],
    friends: ['Juliet@capulet.lit', 'juliet@capulet.lit', ''],
    about: ['one', 'two'],
    size: ['20'],
    more: ['x'],
  }
  assert.deepEqual(
    [...answersTo(ASKED, submission(filled))],
    [
      ['public', ['true']],
      ['size', ['20']],
      ['friends', ['juliet@capulet.lit']],
      ['about', ['one', 'two']],
    ],
  )
  assert.deepEqual(answersTo(ASKED, submission({ public: ['false'], size: [''] })).get('size'), [])
})

test('an answer that does not fit is refused with the name of its field', () => {
  const refused = (values: Filled, message: string): void =>
    assert.throws(() => answersTo(ASKED, submission({ public: ['0'], ...values })), { condition: 'not-acceptable', message })
  refused({ public: [] }, 'Public bot? must be filled in')
  refused({ public: ['perhaps'] }, 'Public bot? is either true or false')
  refused({ size: ['30'] }, 'size is one of 10, 20')
  refused({ size: ['10', '20'] }, 'size takes one value')
  refused({ friends: ['@'] }, 'friends takes addresses')
  refused({ name: ['two\nlines'] }, 'name takes one line')
})

test('the wrong form, or a form that was not submitted, is no answer', () => {
  assert.throws(() => answersTo(ASKED, submission({ public: ['0'] }, 'urn:other')), { condition: 'bad-request' })
  assert.throws(() => answersTo(ASKED, { ...submission({ public: ['0'] }), kind: 'cancel' }), { condition: 'bad-request' })
})
