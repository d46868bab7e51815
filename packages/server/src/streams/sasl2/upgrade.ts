/** XEP-0480: a client that proved the password makes the SCRAM verifiers that the server lacks, one task after another. */
import { decodeBase64, encodeBase64 } from '@plodge/xmpp/sasl/base64.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { SCRAM_MECHANISMS, type ScramMechanism } from '@plodge/xmpp/sasl/mechanisms.ts'
import { deriveVerifier } from '@plodge/xmpp/sasl/verifiers.ts'
import { Hash, Salt } from '@plodge/xmpp/xeps/sasl-upgrade.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { scramCrypto } from '../../scram-crypto.ts'
import type { AccountRecord, Localpart, Verifier } from '../../storage/repositories.ts'
import type { Now } from '../../routing/now.ts'

export interface Verifiers {
  find(localpart: Localpart): Now<AccountRecord | undefined>
  /** What a verifier of this account must be made with. */
  saltFor(account: AccountRecord, mechanism: ScramMechanism): { readonly salt: string; readonly iterations: number }
  /** Not if the account has another password by now than `account` had. */
  addVerifiers(account: AccountRecord, verifiers: readonly Verifier[]): Promise<void>
}

const PREFIX = 'UPGR-'
export interface UpgradeTask {
  readonly name: string
  readonly mechanism: ScramMechanism
  readonly account: AccountRecord
  readonly salt: Uint8Array
  readonly iterations: number
}

/** The first task of those that were asked for that there is still need of. */
export async function nextUpgrade(wanted: readonly string[], localpart: Localpart, verifiers: Verifiers): Promise<UpgradeTask | undefined> {
  const mechanisms = SCRAM_MECHANISMS.filter(name => wanted.includes(`${PREFIX}${name}`))
  const account = mechanisms.length > 0 ? await verifiers.find(localpart) : undefined
  const mechanism = mechanisms.find(name => !account?.verifiers.some(known => known.mechanism === name))
  if (!account || !mechanism) return undefined
  const { salt, iterations } = verifiers.saltFor(account, mechanism)
  return { name: `${PREFIX}${mechanism}`, mechanism, account, salt: Buffer.from(salt, 'base64'), iterations }
}

/** §3: what the client needs. */
export const saltOf = ({ salt, iterations }: UpgradeTask): Element => Salt.write({ iterations: `${iterations}`, salt: encodeBase64(salt) })

/** §3: what the client made of it, the SaltedPassword, becomes a verifier. Throws a SaslError when it is none. */
export async function upgrade({ mechanism, account, salt, iterations }: UpgradeTask, data: Element, verifiers: Verifiers): Promise<void> {
  const salted = decodeBase64(data.child(Hash.ns, Hash.name)?.text.trim() ?? '')
  const crypto = scramCrypto(mechanism)
  if (salted?.length !== crypto.hash(new Uint8Array(0)).length)
    throw new SaslError('malformed-request', 'The hash of an upgrade is as long as those of its mechanism, in base64')
  await verifiers.addVerifiers(account, [deriveVerifier(crypto, mechanism, salted, { salt, iterations })])
}
