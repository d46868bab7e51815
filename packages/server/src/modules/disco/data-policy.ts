/** XEP-0504: what becomes of people's data here, made from the configuration that is in force, so that it is true. */
import { type DataForm, type FormField, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { DATA_POLICY } from '@plodge/xmpp/xeps/disco.ts'
import type { Settings } from '../../settings.ts'

export type PolicySettings = Pick<Settings, 'archive' | 'upload' | 'services' | 'users' | 'policy'>

/** `exports`: whether people can take all their data with them (XEP-0227). */
export function dataPolicy(settings: PolicySettings, exports: boolean): DataForm {
  const { terms, backupHours, backupKeepHours, notes } = settings.policy
  const fields: FormField[] = [
    // PLAIN is on offer: a client that uses it shows the password to the server (§ Auth Mechanism).
    one('auth_data', 'list-single', 'plain'),
    one('data_retention', 'text-single', retention(settings)),
    yesOrNo('data_deletion', false),
    yesOrNo('encryption_at_rest', false),
    yesOrNo('data_export', exports),
    one('access_policy', 'list-multi', 'admins'),
    // Accounts of a feed come and go with it.
    yesOrNo('full_erasure', settings.users.passwordFeed === undefined),
    ...(terms === undefined ? [] : [one('tos', 'text-single', terms)]),
    ...(backupHours === undefined ? [] : [one('backup_frequency', 'text-single', hours(backupHours))]),
    ...(backupKeepHours === undefined ? [] : [one('backup_retention', 'text-single', hours(backupKeepHours))]),
    ...(notes === undefined ? [] : [one('extra_info', 'text-multi', notes)]),
  ]
  return namedForm('result', DATA_POLICY, fields)
}

/** § Data Retention: of what is kept longest. Without an archive, messages wait until they are delivered, however long that takes. */
function retention({ archive, upload, services }: PolicySettings): string {
  const days = [archive.enabled ? archive.keepDays : undefined, ...(services.upload === undefined ? [] : [upload.keepDays])]
  return days.every(count => count !== undefined) ? hours(Math.max(...days) * 24) : 'infinite'
}

const hours = (count: number): string => (count === Infinity ? 'infinite' : String(Math.ceil(count)))
const one = (name: string, type: FormField['type'], value: string): FormField => formField(name, { type, values: [value] })
const yesOrNo = (name: string, value: boolean): FormField => one(name, 'boolean', String(value))
