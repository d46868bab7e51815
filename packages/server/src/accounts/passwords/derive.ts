/** A password that somebody chose, as verifiers; or why it cannot be had. */
import type { Verifier } from '../../storage/repositories.ts'
import type { Passwords } from './passwords.ts'
import type { Salt } from './scram.ts'

/** The words are for whoever asked. */
export interface Refused {
  readonly kind: 'refused'
  readonly why: string
}

const LONGEST = 1023
const refused = (why: string): Refused => ({ kind: 'refused', why })

/** With these salts, where somebody has them already. */
export async function deriveVerifiers(
  passwords: Pick<Passwords, 'derive'>,
  password: string,
  salts: readonly Salt[] = [],
): Promise<readonly Verifier[] | Refused> {
  if (password === '') return refused('The password is empty')
  if (password.length > LONGEST) return refused(`The password is longer than ${LONGEST} characters`)
  const verifiers = await passwords.derive(password, { salts })
  if (!verifiers) return refused('The password could not be worked on just now; try again')
  return verifiers.length > 0
    ? verifiers
    : refused('The password has characters that cannot be typed everywhere, such as control characters')
}
