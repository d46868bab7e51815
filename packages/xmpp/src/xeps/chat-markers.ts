/** XEP-0333 (1.0.0): Displayed Markers: that everything up to a message was displayed. */
import { attribute, element } from './codec.ts'

export const MARKERS = 'urn:xmpp:chat-markers:0'

export const Markable = element(MARKERS, 'markable')
export const MarkDisplayed = element(MARKERS, 'displayed', { id: attribute('id') })
