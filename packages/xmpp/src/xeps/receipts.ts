/** XEP-0184 (1.4.0): Message Delivery Receipts. */
import { attribute, element } from './codec.ts'

export const RECEIPTS = 'urn:xmpp:receipts'

export const RequestReceipt = element(RECEIPTS, 'request')
export const Receipt = element(RECEIPTS, 'received', { id: attribute('id') })
