/** How often somebody may fail to log in on one connection (RFC 6120 §6.4.5 wants two to five retries). */
import type { SaslError } from '@plodge/xmpp/sasl/errors.ts'

const MOST_WRONG = 5
/** Some clients go down the list of mechanisms one by one, PLAIN last: what was not even a wrong password is held less against them. */
const MOST_FAILURES = 12

export class Attempts {
  #failures = 0
  #wrong = 0

  /** True when that was too much. */
  failed({ condition }: SaslError): boolean {
    this.#failures += 1
    if (condition === 'not-authorized') this.#wrong += 1
    return this.#wrong >= MOST_WRONG || this.#failures >= MOST_FAILURES
  }
}
