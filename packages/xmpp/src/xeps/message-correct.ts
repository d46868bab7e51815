/** XEP-0308 (1.2.1): Last Message Correction: the message it is in stands for an earlier one. */
import { attribute, element } from './codec.ts'

export const Replace = element('urn:xmpp:message-correct:0', 'replace', { id: attribute('id') })
