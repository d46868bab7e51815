/** XEP-0202 (2.0): Entity Time. */
import { element, one, textElement } from './codec.ts'
import { get } from './exchange.ts'

export const TIME = 'urn:xmpp:time'

/** `tzo` is an offset from UTC (`-06:00`), `utc` a time of XEP-0082. */
export const AskTime = get(
  element(TIME, 'time'),
  element(TIME, 'time', { tzo: one(textElement(TIME, 'tzo')), utc: one(textElement(TIME, 'utc')) }),
)
