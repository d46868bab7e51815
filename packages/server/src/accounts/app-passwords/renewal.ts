/** An app password whose account got another salt from the feed: once it is typed in PLAIN, its verifiers are made anew. */
import type { AccountRecord, AppPassword, Verifier } from '../../storage/repositories.ts'
import type { Mechanism } from '../passwords/scram.ts'
import { haveSalts, sharedSalts } from './salts.ts'

/** The mechanisms that it cannot be used with. */
export function outdated({ verifiers }: AppPassword, account: AccountRecord): readonly Mechanism[] {
  const salts = sharedSalts(account)
  return verifiers.filter(verifier => !haveSalts([verifier], salts)).map(({ mechanism }) => mechanism)
}

/** All app passwords of the account, that one with these verifiers in place of those it had. */
export function renewed({ appPasswords = [] }: AccountRecord, { id }: AppPassword, fresh: readonly Verifier[]): readonly AppPassword[] {
  const isFresh = ({ mechanism }: Verifier): boolean => fresh.some(verifier => verifier.mechanism === mechanism)
  return appPasswords.map(known =>
    known.id === id ? { ...known, verifiers: [...known.verifiers.filter(verifier => !isFresh(verifier)), ...fresh] } : known,
  )
}
