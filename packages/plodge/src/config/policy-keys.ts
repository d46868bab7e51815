/** Keys about what people are told of their data, beside what follows from the rest of the configuration (XEP-0504). */
import type { PolicySettings } from '@plodge/server/settings.ts'
import { type Key, key } from './key.ts'
import { type Kind, limit, orFalse } from './kinds.ts'

const uri: Kind<string> = {
  expected: 'an address such as "https://example.org/terms"',
  read: value => (typeof value === 'string' && URL.canParse(value) ? { kind: 'value', value } : { kind: 'wrong' }),
}
const text: Kind<string> = {
  expected: 'a text',
  read: value => (typeof value === 'string' && value !== '' && value.length <= 1000 ? { kind: 'value', value } : { kind: 'wrong' }),
}

export const POLICY: { readonly [K in keyof PolicySettings]: Key<PolicySettings[K]> } = {
  terms: key<string | undefined>(
    'policy.terms',
    orFalse(uri),
    false,
    'Where the terms of service are, for clients to show with what else they are told of people’s data (XEP-0504).',
    'terms = "https://chat.cam.ac.uk/terms"',
  ),
  backupHours: key<number | undefined>(
    'policy.backup_hours',
    orFalse(limit),
    false,
    'How many hours are between two backups, to tell people; false tells nothing.',
    'backup_hours = 24',
  ),
  backupKeepHours: key<number | undefined>(
    'policy.backup_keep_hours',
    orFalse(limit),
    false,
    'For how many hours backups are kept, to tell people; false tells nothing.',
    'backup_keep_hours = 720',
  ),
  notes: key<string | undefined>(
    'policy.notes',
    orFalse(text),
    false,
    'What else people should know of their data.',
    'notes = "Kept in Cambridge."',
  ),
}
