/** XEP-0077 §3.1: what somebody without an account has to fill in, and what was filled in. For streams before log-in. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { NOTHING_REGISTERED, type Registration } from '@plodge/xmpp/xeps/register.ts'

const LONGEST_PASSWORD = 1023

export const registrationForm = (domain: string): Registration => ({
  ...NOTHING_REGISTERED,
  instructions: `Choose a name and a password for your account at ${domain}.`,
  fields: new Map([
    ['username', ''],
    ['password', ''],
  ]),
})

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Throws StanzaError not-acceptable when something is missing, as registration wants it (§3.1). */
export function credentialsOf({ fields }: Registration): Credentials {
  const username = fields.get('username')?.trim()
  const password = fields.get('password')
  if (!username || !password) throw new StanzaError('not-acceptable', 'A name and a password are needed')
  checkPassword(password)
  return { username, password }
}

export function checkPassword(password: string): void {
  if (password.length > LONGEST_PASSWORD) throw new StanzaError('not-acceptable', `A password has at most ${LONGEST_PASSWORD} characters`)
}
