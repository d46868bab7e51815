/** XEP-0115 (1.6.0): Entity Capabilities. A hash stands for all that service discovery would tell. */
import { attribute, element, maybeAttribute } from './codec.ts'
import { type DataForm, formType } from './data-form.ts'
import type { DiscoInfo } from './disco.ts'

export const CAPS = 'http://jabber.org/protocol/caps'

/** `hash` is missing in the form from before version 1.4 (§13), where `ver` means something else. */
export const Caps = element(CAPS, 'c', {
  hash: maybeAttribute('hash'),
  node: attribute('node'),
  ver: attribute('ver'),
  ext: maybeAttribute('ext'),
})

/** What is hashed to get `ver` (§5.1). */
export function verificationString({ identities, features, forms }: DiscoInfo): string {
  const lines = [
    ...sorted(identities.map(({ category, type, lang = '', name = '' }) => `${category}/${type}/${lang}/${name}`)),
    ...sorted(features),
    ...forms
      .filter(form => formType(form) !== undefined)
      .sort((one, other) => byOctets(formType(one) ?? '', formType(other) ?? ''))
      .flatMap(linesOf),
  ]
  return lines.map(line => `${line}<`).join('')
}

function linesOf(form: DataForm): readonly string[] {
  const fields = form.fields.filter(({ name }) => name !== undefined && name !== 'FORM_TYPE')
  const ordered = fields.sort((one, other) => byOctets(one.name ?? '', other.name ?? ''))
  return [formType(form) ?? '', ...ordered.flatMap(({ name, values }) => [name ?? ''].concat(sorted(values)))]
}

/** In the order of i;octet. */
export const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort(byOctets)

/** i;octet (RFC 4790 §9.3): UTF-8 sorts as code points do, UTF-16 does not. */
function byOctets(one: string, other: string): number {
  for (let i = 0; i < one.length && i < other.length; i++) {
    const difference = (one.codePointAt(i) ?? 0) - (other.codePointAt(i) ?? 0)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}
