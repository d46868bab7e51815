/** What becomes of what one writes, as the server says it (XEP-0504), read into what a person wants to know. */
import { type DataForm, formType } from '@plodge/xmpp/xeps/data-form.ts'
import { safeLink } from './formatting.ts'

const DATA_POLICY = 'urn:xmpp:data-policy:0'
const MOST_NOTES = 2000

export type Span = { readonly kind: 'hours'; readonly hours: number } | { readonly kind: 'for good' } | { readonly kind: 'unknown' }

export interface DataPolicy {
  readonly kept: Span
  /** Of copies for emergencies; undefined where there is no word of any. */
  readonly backups: Span | undefined
  /** Undefined where it is not said who besides oneself may look. */
  readonly seenByOperators: boolean | undefined
  readonly encryptedAtRest: boolean
  readonly canBeExported: boolean
  readonly terms: string | undefined
  readonly notes: string
}

/** Undefined when nothing is said. */
export function policyIn(forms: readonly DataForm[]): DataPolicy | undefined {
  const form = forms.find(one => formType(one) === DATA_POLICY)
  if (!form) return undefined
  const values = (name: string): readonly string[] => form.fields.find(field => field.name === name)?.values ?? []
  const isTrue = (name: string): boolean => ['true', '1'].includes(values(name)[0] ?? '')
  const [backups] = values('backup_retention')
  const access = values('access_policy')
  const [terms] = values('tos')
  return {
    kept: spanOf(values('data_retention')[0]),
    backups: backups === undefined ? undefined : spanOf(backups),
    seenByOperators: access.length === 0 ? undefined : access.includes('admins'),
    encryptedAtRest: isTrue('encryption_at_rest'),
    canBeExported: isTrue('data_export'),
    terms: terms === undefined ? undefined : safeLink(terms),
    notes: values('extra_info').join('\n').slice(0, MOST_NOTES),
  }
}

function spanOf(text: string | undefined): Span {
  if (text === 'infinite') return { kind: 'for good' }
  return text !== undefined && /^\d{1,9}$/.test(text) ? { kind: 'hours', hours: Number(text) } : { kind: 'unknown' }
}
