/** What may prove somebody in one SCRAM exchange: the password of the account, and its app passwords, side by side. */
import type { AccountRecord, Localpart, Verifier } from '../../storage/repositories.ts'
import type { Decoys } from '../decoys.ts'
import type { Mechanism } from '../passwords/scram.ts'
import { type PasswordRule, takesMainPassword } from './rule.ts'
import { haveSalts } from './salts.ts'

export interface Secrets {
  /** That of the account's own password; no password fits it where that will not do. Its salt is the one the client is told. */
  readonly verifier: Verifier
  /** All with that salt. */
  readonly appPasswords: readonly { readonly id: string; readonly verifier: Verifier }[]
}

/** Undefined for an account that has none for the mechanism. */
export function secretsOf(
  account: AccountRecord,
  mechanism: Mechanism,
  rule: PasswordRule,
  decoys: Pick<Decoys, 'disarm'>,
): Secrets | undefined {
  const of = (verifiers: readonly Verifier[]): Verifier | undefined => verifiers.find(verifier => verifier.mechanism === mechanism)
  const disarm = (localpart: Localpart, verifier: Verifier): Verifier => decoys.disarm(localpart, verifier)
  const all = (account.appPasswords ?? []).flatMap(({ id, verifiers }) => {
    const verifier = of(verifiers)
    return verifier ? [{ id, verifier }] : []
  })
  const main = of(account.verifiers)
  const shown = main ?? all[0]?.verifier
  if (!shown) return undefined
  const isMain = main !== undefined && takesMainPassword(account, rule)
  const verifier = isMain && account.lockedAt === undefined ? main : disarm(account.localpart, shown)
  const mayUse = rule.appPasswords && account.lockedAt === undefined
  return { verifier, appPasswords: mayUse ? all.filter(({ verifier }) => haveSalts([verifier], [shown])) : [] }
}
