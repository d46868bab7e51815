/** XEP-0353 (0.8.0): Jingle Message Initiation: a call that rings on every device, and what became of it. */
import { attribute, element, elements } from './codec.ts'

const CALLS = 'urn:xmpp:jingle-message:0'

/** Their content is for the devices that call. */
export const CallMessages = ['propose', 'ringing', 'retract', 'proceed', 'reject', 'finish'].map(name =>
  element(CALLS, name, { id: attribute('id'), content: elements() }),
)
