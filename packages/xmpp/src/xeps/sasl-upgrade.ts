/** XEP-0480 (0.2.0): SASL Upgrade Tasks: a client that knows the password makes the verifier that the server lacks. */
import { attribute, content, element, textElement } from './codec.ts'

export const UPGRADE = 'urn:xmpp:sasl:upgrade:0'
const SCRAM_UPGRADE = 'urn:xmpp:scram-upgrade:0'

export const Salt = element(SCRAM_UPGRADE, 'salt', { iterations: attribute('iterations'), salt: content() })
/** SaltedPassword of RFC 5802 §3, in base64. */
export const Hash = textElement(SCRAM_UPGRADE, 'hash')
