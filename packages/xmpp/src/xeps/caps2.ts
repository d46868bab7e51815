/** XEP-0390 (0.3.2): Entity Capabilities 2.0. Hashes stand for all that service discovery would tell, of an input nobody can forge. */
import { sorted } from './caps.ts'
import { attribute, content, element, many, type Value } from './codec.ts'
import type { DataForm } from './data-form.ts'
import type { DiscoInfo } from './disco.ts'

export const CAPS2 = 'urn:xmpp:caps'

/** XEP-0300 (1.0.0): the value in base64. */
export const Hash = element('urn:xmpp:hashes:2', 'hash', { algo: attribute('algo'), value: content() })

export const Caps2 = element(CAPS2, 'c', { hashes: many(Hash) })

/** The node of service discovery that has what was hashed (§4.3). */
export const capsNode = ({ algo, value }: Value<typeof Hash>): string => `${CAPS2}#${algo}.${value}`

const closed = (texts: readonly string[], end: string): string => texts.map(text => text + end).join('')

/** §4.1. */
export function hashInput({ identities, features, forms }: DiscoInfo): string {
  const people = identities.map(({ category, type, lang = '', name = '' }) => `${closed([category, type, lang, name], '\u001F')}\u001E`)
  return [features.map(name => `${name}\u001F`), people, forms.map(extension)].map(parts => `${sorted(parts).join('')}\u001C`).join('')
}

function extension({ fields }: DataForm): string {
  const lines = fields.map(({ name = '', values }) => `${name}\u001F${sorted(values.map(value => `${value}\u001F`)).join('')}\u001E`)
  return `${sorted(lines).join('')}\u001D`
}
