/** XEP-0030 (2.5.0): Service Discovery, with the forms of XEP-0128 (1.0.1). */
import { StanzaError } from '../stanza/errors.ts'
import { Element } from '../xml/element.ts'
import { attribute, type Codec, element, many, maybeAttribute, optional, type Value } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get } from './exchange.ts'
import { ResultSet } from './rsm.ts'

export const DISCO_INFO = 'http://jabber.org/protocol/disco#info'
/** XEP-0504: the form that says what becomes of people's data. */
export const DATA_POLICY = 'urn:xmpp:data-policy:0'
export const DISCO_ITEMS = 'http://jabber.org/protocol/disco#items'

export const DiscoIdentity = element(DISCO_INFO, 'identity', {
  category: attribute('category'),
  type: attribute('type'),
  name: maybeAttribute('name'),
  lang: maybeAttribute('xml:lang'),
})
export type DiscoIdentity = Value<typeof DiscoIdentity>

const Feature: Codec<string> = {
  ns: DISCO_INFO,
  name: 'feature',
  read: ({ attributes }) => {
    const name = attributes['var']
    if (name === undefined) throw new StanzaError('bad-request', 'A feature has no name')
    return name
  },
  write: name => new Element(DISCO_INFO, 'feature', { var: name }),
}

export const DiscoInfo = element(DISCO_INFO, 'query', {
  node: maybeAttribute('node'),
  identities: many(DiscoIdentity),
  features: many(Feature),
  forms: many(DataForm),
})
export type DiscoInfo = Value<typeof DiscoInfo>

export const DiscoItem = element(DISCO_ITEMS, 'item', { jid: attribute('jid'), node: maybeAttribute('node'), name: maybeAttribute('name') })
export type DiscoItem = Value<typeof DiscoItem>
export const DiscoItems = element(DISCO_ITEMS, 'query', { node: maybeAttribute('node'), items: many(DiscoItem) })
export type DiscoItems = Value<typeof DiscoItems>

export const AskInfo = get(element(DISCO_INFO, 'query', { node: maybeAttribute('node') }), DiscoInfo)
export const AskItems = get(element(DISCO_ITEMS, 'query', { node: maybeAttribute('node') }), DiscoItems)
/** Of a long list, page by page (XEP-0059 §3.2). */
export const AskItemPage = get(
  element(DISCO_ITEMS, 'query', { node: maybeAttribute('node'), page: optional(ResultSet) }),
  element(DISCO_ITEMS, 'query', { node: maybeAttribute('node'), items: many(DiscoItem), page: optional(ResultSet) }),
)
