/** The form of a room (XEP-0045 §15.5.3) as a dialogue: what people look for first, then the rest; and what of it was changed. */
import { type DataForm, type FormField, formType, mayHaveMany } from '@plodge/xmpp/xeps/data-form.ts'
import { ROOM_TEMPLATE } from '@plodge/xmpp/xeps/muc.ts'

const FIELD = 'muc#roomconfig_'
/** In the order in which they are shown. Who is what in a room is decided where its people are listed. */
const FIRST = ['roomname', 'roomdesc', 'publicroom', 'membersonly', 'moderatedroom', 'changesubject', 'allowinvites']
const ELSEWHERE = new Set(['roomadmins', 'roomowners'])

export interface AskedField {
  readonly name: string
  /** Without what all fields begin with: `roomname`. */
  readonly short: string
  readonly type: NonNullable<FormField['type']>
  readonly label: string
  readonly description: string | undefined
  readonly values: readonly string[]
  readonly options: readonly { readonly label: string; readonly value: string }[]
}

interface Asked {
  readonly first: readonly AskedField[]
  readonly rest: readonly AskedField[]
  /** Of which kind a new room may be. */
  readonly kinds: AskedField | undefined
}

export function askedIn({ fields }: DataForm): Asked {
  const all = fields.flatMap(field => {
    const asked = askedOf(field)
    return asked && !ELSEWHERE.has(asked.short) ? [asked] : []
  })
  const first = FIRST.flatMap(short => all.find(field => field.short === short) ?? [])
  const kinds = all.find(({ name }) => name === ROOM_TEMPLATE)
  return { first, rest: all.filter(field => !first.includes(field) && field !== kinds), kinds }
}

function askedOf({ name, type = 'text-single', label, description, values, options }: FormField): AskedField | undefined {
  if (name === undefined || type === 'hidden' || type === 'fixed') return undefined
  return {
    name,
    short: name.startsWith(FIELD) ? name.slice(FIELD.length) : name,
    type,
    label: label ?? name,
    description,
    values,
    options: options.map(({ label, value }) => ({ label: label ?? value, value })),
  }
}

export type Answers = Readonly<Record<string, readonly string[]>>

/** Only what is different: of what is left out the room keeps what it has (XEP-0004 §3.5). Undefined when nothing is. */
export function submission(form: DataForm, answers: Answers): DataForm | undefined {
  const changed = form.fields.flatMap(field => {
    const given = answers[field.name ?? '']
    const values = given && cleaned(field, given)
    return values === undefined || same(field, values) ? [] : [{ ...field, label: undefined, description: undefined, options: [], values }]
  })
  if (changed.length === 0) return undefined
  const name = formType(form)
  const head = form.fields.filter(field => field.name === 'FORM_TYPE' && name !== undefined)
  return { kind: 'submit', title: undefined, instructions: [], fields: [...head, ...changed], reported: undefined, items: [] }
}

function cleaned({ type = 'text-single' }: FormField, values: readonly string[]): readonly string[] {
  const lines = values.map(value => (type === 'text-multi' || type === 'text-private' ? value : value.trim()))
  return mayHaveMany(type) ? lines.filter(line => line !== '') : lines.slice(0, 1)
}

const flag = (value: string | undefined): string => (value === 'true' || value === '1' ? '1' : '0')

const same = ({ type, values }: FormField, given: readonly string[]): boolean =>
  type === 'boolean'
    ? flag(values[0]) === flag(given[0])
    : (values.length === 0 ? [''] : values).join('\n') === (given.length === 0 ? [''] : given).join('\n')

export const isYes = (values: readonly string[]): boolean => flag(values[0]) === '1'

/** The local part of a room's address, of what somebody calls it. Empty when nothing of the name can stand in one. */
export const localFor = (name: string): string =>
  name
    .trim()
    .toLocaleLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)
    .replace(/-$/, '')
