/** A step of SASL that may throw its refusal, or reject with it. Anything else thrown is a mistake, and goes on. */
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { type Now, isPending } from '../routing/now.ts'
import type { SaslStep } from './authenticator.ts'

export const guarded = (work: () => Now<SaslStep>): Now<SaslStep> => {
  const refuse = (error: unknown): SaslStep => {
    if (error instanceof SaslError) return { kind: 'failure', error }
    throw error
  }
  try {
    const step = work()
    return isPending(step) ? step.catch(refuse) : step
  } catch (error) {
    return refuse(error)
  }
}
