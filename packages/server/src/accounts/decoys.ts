/**
 * Verifiers for people who do not exist, or have none: the same each time, so that nobody learns who exists by asking, and such that
 * no password fits. Who knows the secret can tell them apart, so it stays with the accounts.
 */
import { randomBytes } from 'node:crypto'
import { fakeVerifier } from '@plodge/xmpp/sasl/verifiers.ts'
import { scramCrypto } from '../scram-crypto.ts'
import type { Documents, Localpart, Verifier } from '../storage/repositories.ts'
import { ITERATIONS, type Mechanism, SALT_BYTES } from './passwords/scram.ts'
import { ACCOUNTS_KIND, NOBODY } from './memory.ts'

/** What a decoy must have in common with what real people have. */
export interface Shape {
  readonly iterations: number
  readonly saltBytes: number
}

const USUAL: Shape = { iterations: ITERATIONS, saltBytes: SALT_BYTES }

export class Decoys {
  readonly #secret: Buffer

  constructor(secret: Buffer) {
    this.#secret = secret
  }

  /** With the secret kept beside the accounts; made when there is none. */
  static async open(documents: Documents): Promise<Decoys> {
    const kept = await documents.get(NOBODY, ACCOUNTS_KIND, 'decoys')
    if (kept !== undefined) return new Decoys(Buffer.from(kept, 'base64'))
    const secret = randomBytes(32)
    await documents.set(NOBODY, ACCOUNTS_KIND, 'decoys', secret.toString('base64'))
    return new Decoys(secret)
  }

  verifier(localpart: Localpart, mechanism: Mechanism, { iterations, saltBytes }: Shape = USUAL): Verifier {
    return fakeVerifier(scramCrypto(mechanism), this.#secret, localpart, { mechanism, iterations, saltBytes })
  }

  /** For somebody who may not log in: what a client sees stays as it was. */
  disarm(localpart: Localpart, verifier: Verifier): Verifier {
    const { storedKey, serverKey } = this.verifier(localpart, verifier.mechanism)
    return { ...verifier, storedKey, serverKey }
  }
}
