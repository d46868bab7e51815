/** Which passwords let somebody in: those of single devices, and the one of the account. */
import type { AccountRecord } from '../../storage/repositories.ts'

export interface PasswordRule {
  /** Whether there are app passwords. */
  readonly appPasswords: boolean
  /** Whether a client may log in with the account's own password: always, only while the account has no app password, or never. */
  readonly mainPassword: 'always' | 'first' | 'never'
}

export function takesMainPassword(account: AccountRecord | undefined, { appPasswords, mainPassword }: PasswordRule): boolean {
  if (!appPasswords || mainPassword === 'always') return true
  return mainPassword === 'first' && (account?.appPasswords ?? []).length === 0
}

/** Whether it still has that one; what needs none has it. */
export const hasAppPassword = ({ appPasswords = [] }: AccountRecord, id: string | undefined): boolean =>
  id === undefined || appPasswords.some(known => known.id === id)
