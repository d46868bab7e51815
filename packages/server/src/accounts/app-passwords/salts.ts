/**
 * All passwords of an account share its salt and number of iterations, mechanism by mechanism: in SCRAM the server tells them before the
 * client shows which password it has (RFC 5802 §5).
 */
import { randomBytes } from 'node:crypto'
import type { AccountRecord, Verifier } from '../../storage/repositories.ts'
import { ITERATIONS, type Mechanism, SALT_BYTES, type Salt } from '../passwords/scram.ts'

/** Those of the account's own password count first: a feed gives them as they are. */
export function sharedSalts({ verifiers, appPasswords = [] }: Pick<AccountRecord, 'verifiers' | 'appPasswords'>): readonly Salt[] {
  const salts = new Map<string, Salt>()
  for (const { mechanism, salt, iterations } of [...verifiers, ...appPasswords.flatMap(known => known.verifiers)]) {
    if (!salts.has(mechanism)) salts.set(mechanism, { mechanism, salt, iterations })
  }
  return [...salts.values()]
}

/** A new one for a mechanism that the account has no verifier for. */
export const saltFor = (account: AccountRecord, mechanism: Mechanism): Salt =>
  sharedSalts(account).find(salt => salt.mechanism === mechanism) ?? {
    mechanism,
    salt: randomBytes(SALT_BYTES).toString('base64'),
    iterations: ITERATIONS,
  }

const hasSalt = (verifier: Salt, { mechanism, salt, iterations }: Salt): boolean =>
  verifier.mechanism === mechanism && verifier.salt === salt && verifier.iterations === iterations

/** Whether verifiers have these salts, as far as there are any. Not when a feed has given the account another salt since they were made. */
export function haveSalts(verifiers: readonly Verifier[], salts: readonly Salt[]): boolean {
  return verifiers.every(verifier => salts.every(salt => salt.mechanism !== verifier.mechanism || hasSalt(verifier, salt)))
}
