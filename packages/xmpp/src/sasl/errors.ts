/** Why a log-in failed (RFC 6120 §6.5). */
export type SaslCondition =
  | 'aborted'
  | 'account-disabled'
  | 'credentials-expired'
  | 'encryption-required'
  | 'incorrect-encoding'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'malformed-request'
  | 'mechanism-too-weak'
  | 'not-authorized'
  | 'temporary-auth-failure'

export class SaslError extends Error {
  override readonly name = 'SaslError'
  readonly condition: SaslCondition
  /** For the person: what happened and what to do; undefined where it would help a guesser. */
  readonly text: string | undefined

  constructor(condition: SaslCondition, text?: string) {
    super(text ?? condition)
    this.condition = condition
    this.text = text
  }
}
