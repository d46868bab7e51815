/** XEP-0004 (2.13.2): Data Forms, and how their FORM_TYPE names them (XEP-0068, 1.3.0). */
import { StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import type { Codec } from './codec.ts'

export const FORMS = 'jabber:x:data'
const VALIDATE = 'http://jabber.org/protocol/xdata-validate'

const FORM_KINDS = ['form', 'submit', 'cancel', 'result'] as const
export type FormKind = (typeof FORM_KINDS)[number]

const FIELD_TYPES = [
  'boolean',
  'fixed',
  'hidden',
  'jid-multi',
  'jid-single',
  'list-multi',
  'list-single',
  'text-multi',
  'text-private',
  'text-single',
] as const
export type FieldType = (typeof FIELD_TYPES)[number]

export interface FormOption {
  readonly label: string | undefined
  readonly value: string
}

/** XEP-0122 (1.0.2) §3.2: what a value must be, as far as forms here say it: a datatype, and bounds of it. */
export interface Validation {
  readonly datatype: string
  readonly min: string | undefined
  readonly max: string | undefined
}

export interface FormField {
  /** The attribute `var`; a `fixed` field may have none. */
  readonly name: string | undefined
  /** Undefined where the other side is to know it (§3.2). */
  readonly type: FieldType | undefined
  readonly label: string | undefined
  readonly description: string | undefined
  readonly isRequired: boolean
  readonly values: readonly string[]
  readonly options: readonly FormOption[]
  readonly validation: Validation | undefined
}

export interface DataForm {
  readonly kind: FormKind
  readonly title: string | undefined
  readonly instructions: readonly string[]
  readonly fields: readonly FormField[]
  /** The head of a table (§3.4), whose rows are `items`. */
  readonly reported: readonly FormField[] | undefined
  readonly items: readonly (readonly FormField[])[]
}

/** Reading is strict: what breaks a MUST of the specification is refused with bad-request. */
export const DataForm: Codec<DataForm> = {
  ns: FORMS,
  name: 'x',
  read(from) {
    const kind = FORM_KINDS.find(word => word === from.attributes['type'])
    if (!kind) throw wrong(`A form is one of ${FORM_KINDS.join(', ')}`)
    const tables = from.childrenNamed(FORMS, 'reported')
    if (tables.length > 1) throw wrong('A form has at most one <reported/>')
    const reported = tables[0] && readFields(tables[0], kind)
    const items = from.childrenNamed(FORMS, 'item').map(item => readFields(item, kind))
    if (items.length > 0) checkTable(kind, reported, items)
    return {
      kind,
      title: from.child(FORMS, 'title')?.text,
      instructions: from.childrenNamed(FORMS, 'instructions').map(({ text }) => text),
      fields: readFields(from, kind),
      reported,
      items,
    }
  },
  write: ({ kind, title, instructions, fields, reported, items }) =>
    new Element(FORMS, 'x', { type: kind }, [
      ...(title === undefined ? [] : [withText('title', title)]),
      ...instructions.map(text => withText('instructions', text)),
      ...fields.map(writeField),
      ...(reported ? [new Element(FORMS, 'reported', {}, reported.map(writeField))] : []),
      ...items.map(item => new Element(FORMS, 'item', {}, item.map(writeField))),
    ]),
}

function readFields(parent: Element, kind: FormKind): readonly FormField[] {
  const fields = parent.childrenNamed(FORMS, 'field').map(field => readField(field, kind))
  const names = fields.flatMap(({ name }) => name ?? [])
  if (new Set(names).size < names.length) throw wrong('A form has the same field twice')
  return fields
}

/** §3.2. */
function readField(from: Element, kind: FormKind): FormField {
  const name = from.attributes['var']
  const type = readType(from.attributes['type'], kind)
  if (name === undefined && type !== 'fixed') throw wrong('A field of the form has no name')
  const values = from.childrenNamed(FORMS, 'value').map(({ text }) => text)
  if (values.length > 1 && type !== undefined && !mayHaveMany(type))
    throw wrong(`The field ${name?.slice(0, 100) ?? type} has more than one value`)
  const options = from.childrenNamed(FORMS, 'option').map(readOption)
  checkOptions(options, type)
  return {
    name,
    type,
    label: from.attributes['label'],
    description: from.child(FORMS, 'desc')?.text,
    isRequired: from.child(FORMS, 'required') !== undefined,
    values,
    options,
    validation: readValidation(from.child(VALIDATE, 'validate')),
  }
}

function readValidation(from: Element | undefined): Validation | undefined {
  const { min, max } = from?.child(VALIDATE, 'range')?.attributes ?? {}
  return from && { datatype: from.attributes['datatype'] ?? 'xs:string', min, max }
}

function writeValidation({ datatype, min, max }: Validation): Element {
  const range = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
  const method = min === undefined && max === undefined ? new Element(VALIDATE, 'basic') : new Element(VALIDATE, 'range', range)
  return new Element(VALIDATE, 'validate', { datatype }, [method])
}

/** §3.3: an unknown type counts as text-single; so does none in a form that is to be filled in (§3.2). */
function readType(written: string | undefined, kind: FormKind): FieldType | undefined {
  if (written === undefined) return kind === 'form' ? 'text-single' : undefined
  return FIELD_TYPES.find(type => type === written) ?? 'text-single'
}

export const mayHaveMany = (type: FieldType): boolean =>
  type === 'hidden' || type === 'jid-multi' || type === 'list-multi' || type === 'text-multi'

function readOption(from: Element): FormOption {
  const [value, ...more] = from.childrenNamed(FORMS, 'value')
  if (!value || more.length > 0) throw wrong('An option has exactly one value')
  return { label: from.attributes['label'], value: value.text }
}

function checkOptions(options: readonly FormOption[], type: FieldType | undefined): void {
  if (options.length === 0) return
  if (type !== undefined && type !== 'list-single' && type !== 'list-multi') throw wrong('Only a list has options')
  if (new Set(options.map(({ value }) => value)).size < options.length) throw wrong('Two options have the same value')
}

/** §3.4. Other fields beside a table are tolerated, as the specification asks of readers. */
function checkTable(kind: FormKind, reported: readonly FormField[] | undefined, items: readonly (readonly FormField[])[]): void {
  if (kind !== 'result') throw wrong('Only a result has items')
  if (!reported || reported.length === 0) throw wrong('A table needs a head')
  for (const item of items) {
    const names = new Set(item.map(({ name }) => name))
    if (!reported.every(({ name }) => names.has(name))) throw wrong('An item lacks a field of the table')
  }
}

function writeField({ name, type, label, description, isRequired, values, options, validation }: FormField): Element {
  const attributes = { ...(name !== undefined && { var: name }), ...(type && { type }), ...(label !== undefined && { label }) }
  return new Element(FORMS, 'field', attributes, [
    ...(description === undefined ? [] : [withText('desc', description)]),
    ...(isRequired ? [new Element(FORMS, 'required')] : []),
    ...(validation ? [writeValidation(validation)] : []),
    ...values.map(value => withText('value', value)),
    ...options.map(
      option => new Element(FORMS, 'option', option.label === undefined ? {} : { label: option.label }, [withText('value', option.value)]),
    ),
  ])
}

const withText = (name: string, text: string): Element => new Element(FORMS, name, {}, text === '' ? [] : [text])
const wrong = (text: string): StanzaError => new StanzaError('bad-request', text)

const BLANK = {
  type: undefined,
  label: undefined,
  description: undefined,
  isRequired: false,
  values: [],
  options: [],
  validation: undefined,
} as const

export const formField = (name: string, more: Partial<FormField> = {}): FormField => ({ name, ...BLANK, ...more })

/** A form of that kind, named by its FORM_TYPE (XEP-0068 §3). */
export const namedForm = (kind: FormKind, name: string, fields: readonly FormField[], more: Partial<DataForm> = {}): DataForm => ({
  kind,
  title: undefined,
  instructions: [],
  reported: undefined,
  items: [],
  ...more,
  fields: [formField('FORM_TYPE', { type: 'hidden', values: [name] }), ...fields],
})

/** What the form calls itself; undefined when it does not (XEP-0068 §3: hidden, save in a submission). */
export function formType({ kind, fields }: DataForm): string | undefined {
  const field = fields.find(({ name }) => name === 'FORM_TYPE')
  return field && (field.type === 'hidden' || kind === 'submit') ? field.values[0] : undefined
}
