/** XEP-0372 (0.5.0): References: what a part of a message speaks of, such as a person who is mentioned. */
import { attribute, element, maybeAttribute } from './codec.ts'

export const Reference = element('urn:xmpp:reference:0', 'reference', {
  type: attribute('type'),
  uri: attribute('uri'),
  begin: maybeAttribute('begin'),
  end: maybeAttribute('end'),
  anchor: maybeAttribute('anchor'),
})

/** The address that a URI of `xmpp:` names (RFC 5122 §2.2), as it is written there; undefined for any other. */
export function addressIn(uri: string): string | undefined {
  const path = /^xmpp:([^?#/][^?#]*)/i.exec(uri)?.[1]
  if (path === undefined) return undefined
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
