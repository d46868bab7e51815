/** XEP-0297 (1.0): Stanza Forwarding, of messages: the only stanzas that we forward. */
import { CLIENT } from '../stanza/stanza.ts'
import { escapeAttribute } from '../xml/escape.ts'
import { element, optional, raw } from './codec.ts'
import { DELAY, Delay } from './delay.ts'

export const FORWARD = 'urn:xmpp:forward:0'

export const Forwarded = element(FORWARD, 'forwarded', { delay: optional(Delay), message: optional(raw(CLIENT, 'message')) })

/** As text, around a stanza that is text and names its own namespace (§3.2), so that nobody has to take it apart. */
export function forwardedXml(stanza: string, stamp?: string): string {
  const delay = stamp === undefined ? '' : `<delay xmlns='${DELAY}' stamp='${escapeAttribute(stamp)}'/>`
  return `<forwarded xmlns='${FORWARD}'>${delay}${stanza}</forwarded>`
}
