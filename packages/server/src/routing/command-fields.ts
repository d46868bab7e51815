/** The fields of a command's form: of what kind each is (XEP-0004 §3.3), and the value that the command gets. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type FieldType, type FormField, type FormOption, formField } from '@plodge/xmpp/xeps/data-form.ts'

export interface CommandField<T> {
  readonly form: Omit<FormField, 'name'>
  /** What was filled in, already checked against the kind; nothing when it was left out. */
  read(values: readonly string[]): T
}

export type Fields = Readonly<Record<string, CommandField<unknown>>>
export type Values<F> = { readonly [K in keyof F]: F[K] extends CommandField<infer T> ? T : never }

export interface FieldMore {
  readonly required?: boolean
  readonly description?: string
  /** What it starts with. */
  readonly value?: string
}

const field = <T>(
  type: FieldType,
  label: string,
  { required = false, description, value }: FieldMore,
  read: CommandField<T>['read'],
  options: readonly FormOption[] = [],
): CommandField<T> => {
  const { name: _, ...form } = formField('', {
    type,
    label,
    description,
    isRequired: required,
    values: value === undefined ? [] : [value],
    options,
  })
  return { form, read }
}

/** A line of text; empty when it was left out. */
export const line = (label: string, more: FieldMore = {}): CommandField<string> =>
  field('text-single', label, more, ([value = '']) => value.trim())

/** A line that is not shown while it is typed, nor ever sent back. */
export const secret = (label: string, more: FieldMore = {}): CommandField<string> =>
  field('text-private', label, more, ([value = '']) => value)

/** Text of any number of lines. */
export const lines = (label: string, more: FieldMore = {}): CommandField<string> =>
  field('text-multi', label, more, values => values.join('\n').trim())

export const yesOrNo = (label: string, more: FieldMore = {}): CommandField<boolean> =>
  field('boolean', label, more, ([value]) => value === 'true')

/** One of several; undefined when nothing was chosen. */
export const choice = (label: string, options: readonly FormOption[], more: FieldMore = {}): CommandField<string | undefined> =>
  field('list-single', label, more, ([value]) => value, options)

export const choices = (label: string, options: readonly FormOption[], more: FieldMore = {}): CommandField<readonly string[]> =>
  field('list-multi', label, more, values => [...new Set(values)], options)

export const address = (label: string, more: FieldMore = {}): CommandField<Jid | undefined> =>
  field('jid-single', label, more, ([value]) => (value === undefined ? undefined : Jid.parse(value)))

export const addresses = (label: string, more: FieldMore = {}): CommandField<readonly Jid[]> =>
  field('jid-multi', label, more, values => values.flatMap(value => Jid.parse(value) ?? []))
