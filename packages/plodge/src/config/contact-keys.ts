/** Keys about whom people can write to. */
import { type Key, key } from './key.ts'
import { listOfUris } from './kinds.ts'

const KINDS_OF_CONTACT = ['abuse', 'admin', 'feedback', 'sales', 'security', 'status', 'support'] as const
export const CONTACT: Readonly<Record<string, Key<readonly string[]>>> = Object.fromEntries(
  KINDS_OF_CONTACT.map(name => [
    name,
    key(
      `contact.${name}`,
      listOfUris,
      [],
      `Whom to write to about ${name}, for everybody to see (XEP-0157).`,
      `${name} = ["mailto:${name}@example.org"]`,
    ),
  ]),
)
