/** The hash functions of SCRAM (RFC 5802 §2.2) as Node has them, for whoever proves a password and whoever makes verifiers. */
import { createHash, createHmac } from 'node:crypto'
import { SCRAM_HASHES, type ScramMechanism } from '@plodge/xmpp/sasl/mechanisms.ts'
import type { ScramCrypto } from '@plodge/xmpp/sasl/scram.ts'

export function scramCrypto(mechanism: ScramMechanism): ScramCrypto {
  const hash = SCRAM_HASHES[mechanism]
  return {
    hash: data => createHash(hash).update(data).digest(),
    hmac: (key, data) => createHmac(hash, key).update(data).digest(),
  }
}
