/** XEP-0012 (2.0): Last Activity. How long ago somebody left, was idle since, or how long a server has been up: who is asked decides. */
import { content, element } from './codec.ts'
import { get } from './exchange.ts'
import { count } from './numbers.ts'

export const LAST = 'jabber:iq:last'

export const AskLastActivity = get(element(LAST, 'query'), element(LAST, 'query', { seconds: count('seconds'), status: content() }))
