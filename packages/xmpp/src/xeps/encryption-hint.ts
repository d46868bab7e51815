/** XEP-0380 (0.4.0): Explicit Message Encryption: by what a message is encrypted. */
import { attribute, element, maybeAttribute } from './codec.ts'

export const EncryptedBy = element('urn:xmpp:eme:0', 'encryption', { namespace: attribute('namespace'), name: maybeAttribute('name') })
