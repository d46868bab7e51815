/** XEP-0049 (1.2): Private XML Storage. */
import { element, elements } from './codec.ts'
import { get, set } from './exchange.ts'

export const PRIVATE = 'jabber:iq:private'

const Query = element(PRIVATE, 'query', { elements: elements() })

export const AskPrivate = get(Query, Query)
export const StorePrivate = set(Query)
