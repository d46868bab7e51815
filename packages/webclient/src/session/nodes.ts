/** Nodes of one's own account (XEP-0163, XEP-0223): private, kept, an item for each thing. */
import { type Codec, raw } from '@plodge/xmpp/xeps/codec.ts'
import { get, set } from '@plodge/xmpp/xeps/exchange.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'

const FORMS = 'jabber:x:data'
const Whole: Codec<Element> = raw(PUBSUB, 'pubsub')

export const AskNode = get(Whole, Whole)
export const SetNode = set(Whole)

const OPTIONS: Readonly<Record<string, string>> = {
  FORM_TYPE: `${PUBSUB}#publish-options`,
  'pubsub#persist_items': 'true',
  'pubsub#max_items': 'max',
  'pubsub#send_last_published_item': 'never',
  'pubsub#access_model': 'whitelist',
}

export function publishing(node: string, id: string, payload: Element): Element {
  const fields = Object.entries(OPTIONS).map(
    ([name, value]) =>
      new Element(FORMS, 'field', { var: name, ...(name === 'FORM_TYPE' && { type: 'hidden' }) }, [
        new Element(FORMS, 'value', {}, [value]),
      ]),
  )
  return new Element(PUBSUB, 'pubsub', {}, [
    new Element(PUBSUB, 'publish', { node }, [new Element(PUBSUB, 'item', { id }, [payload])]),
    new Element(PUBSUB, 'publish-options', {}, [new Element(FORMS, 'x', { type: 'submit' }, fields)]),
  ])
}

export const retracting = (node: string, id: string): Element =>
  new Element(PUBSUB, 'pubsub', {}, [new Element(PUBSUB, 'retract', { node, notify: 'true' }, [new Element(PUBSUB, 'item', { id })])])
