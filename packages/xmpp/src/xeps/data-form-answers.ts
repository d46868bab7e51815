/** What somebody filled in, held against the form that was asked (XEP-0004 §4): the form's owner validates, not the client. */
import { Jid } from '../jid/jid.ts'
import { StanzaError } from '../stanza/errors.ts'
import { type DataForm, type FormField, formType, mayHaveMany, type Validation } from './data-form.ts'

/** Values by field. Fields that were left out are not there and keep what they had (§3.5). */
export type Answers = ReadonlyMap<string, readonly string[]>

/**
 * The answers to the fields of `asked`, normalised: booleans are `true` or `false`, addresses are as Jid writes them and none is there
 * twice. Fields that were not asked are ignored (§3.1). Throws StanzaError not-acceptable, saying what is wrong with which field.
 */
export function answersTo(asked: DataForm, submitted: DataForm): Answers {
  if (submitted.kind !== 'submit') throw new StanzaError('bad-request', 'The form is not submitted')
  const name = formType(asked)
  const given = formType(submitted)
  if (name !== undefined && given !== undefined && given !== name) throw new StanzaError('bad-request', `This is not the form ${name}`)
  const values = new Map(submitted.fields.map(field => [field.name, field.values]))
  const answers = new Map<string, readonly string[]>()
  for (const field of asked.fields) {
    if (field.name === undefined || field.type === 'fixed' || field.name === 'FORM_TYPE') continue
    const answer = values.get(field.name)
    if (field.isRequired && !answer?.some(value => value !== '')) throw refused(field, 'must be filled in')
    if (answer) answers.set(field.name, check(field, answer))
  }
  return answers
}

function check(field: FormField, values: readonly string[]): readonly string[] {
  const { type = 'text-single' } = field
  if (values.length > 1 && !mayHaveMany(type)) throw refused(field, 'takes one value')
  switch (type) {
    case 'boolean':
      return values.map(value => readBoolean(field, value))
    case 'jid-single':
    case 'jid-multi':
      return [...new Set(values.filter(value => value !== '').map(value => readAddress(field, value)))]
    case 'list-single':
    case 'list-multi':
      return values.filter(value => isChoice(field, value))
    case 'text-single':
    case 'text-private':
      if (values.some(value => /[\r\n]/.test(value))) throw refused(field, 'takes one line')
      if (field.validation) checkValues(field, field.validation, values)
      return values
    case 'fixed':
    case 'hidden':
    case 'text-multi':
      return values
  }
}

/** XEP-0122 §3.2.3: whole numbers have bounds here; an empty value is none. */
function checkValues(field: FormField, { datatype, min = '-Infinity', max = 'Infinity' }: Validation, values: readonly string[]): void {
  if (datatype !== 'xs:integer') return
  const isRight = (value: string): boolean =>
    value === '' || (/^-?\d{1,15}$/.test(value) && Number(min) <= Number(value) && Number(value) <= Number(max))
  if (!values.every(isRight)) throw refused(field, `takes a whole number from ${min} to ${max}`)
}

function readBoolean(field: FormField, value: string): string {
  if (value === 'true' || value === '1') return 'true'
  if (value === 'false' || value === '0') return 'false'
  throw refused(field, 'is either true or false')
}

function readAddress(field: FormField, value: string): string {
  const jid = Jid.parse(value.trim())
  if (!jid) throw refused(field, 'takes addresses')
  return jid.full
}

/** An empty value means no choice (§3.6). */
function isChoice(field: FormField, value: string): boolean {
  if (field.options.some(option => option.value === value)) return true
  if (value === '') return false
  throw refused(field, `is one of ${field.options.map(option => option.value).join(', ')}`)
}

function refused({ name, label }: FormField, what: string): StanzaError {
  return new StanzaError('not-acceptable', `${label ?? name ?? 'A field'} ${what}`)
}
