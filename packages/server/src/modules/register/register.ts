/** XEP-0077 for those who are logged in: to change their password and to remove their account. */
import { setImmediate } from 'node:timers/promises'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import {
  AskRegistration,
  NOTHING_REGISTERED,
  Register,
  REGISTER,
  type Registration,
  type RegistrationField,
} from '@plodge/xmpp/xeps/register.ts'
import type { Call, Host, Module } from '../../routing/host.ts'
import type { Now } from '../../routing/now.ts'
import type { Localpart } from '../../storage/repositories.ts'
import { checkPassword } from './form.ts'

/** What this module may do to accounts. */
export interface OwnAccount {
  setPassword(localpart: Localpart, password: string): Promise<void>
  remove(localpart: Localpart): Promise<void>
  /** People of the password feed have their password elsewhere. */
  isFromFeed(localpart: Localpart): Now<boolean>
}

/** Whoever finds a phone must not be able to keep what it opens. */
const NOT_FOR_APP_PASSWORDS =
  'This device logged in with an app password: change the account from a device that logged in with the password of the account'

export interface RegisterOptions {
  readonly accounts: OwnAccount
  /** Where people of the feed change their password, for them to read. */
  readonly elsewhere: string
}

export const register = ({ accounts, elsewhere }: RegisterOptions): Module => ({
  name: 'register',
  implements: { 'XEP-0077': '2.4' },
  features: [REGISTER],
  install(host) {
    host.answer(AskRegistration, ['server', 'self'], async (_, call) => {
      const owner = askerOf(call)
      return (await accounts.isFromFeed(owner)) ? registered({ username: owner }, elsewhere) : registered({ username: owner, password: '' })
    })

    host.answer(Register, ['server', 'self'], async (wish, call) => {
      const owner = askerOf(call)
      if (call.session?.appPassword !== undefined) throw new StanzaError('forbidden', NOT_FOR_APP_PASSWORDS)
      if (!wish.isRemoval && !wish.fields.has('password')) throw new StanzaError('bad-request', 'The new password is missing')
      if (await accounts.isFromFeed(owner)) throw new StanzaError('not-allowed', elsewhere)
      if (wish.isRemoval) return remove(wish, owner, host, accounts)
      await accounts.setPassword(owner, newPassword(wish, owner))
    })
  },
})

function registered(fields: Partial<Record<RegistrationField, string>>, instructions?: string): Registration {
  return {
    ...NOTHING_REGISTERED,
    isRegistered: true,
    instructions,
    fields: new Map(Object.entries(fields) as [RegistrationField, string][]),
  }
}

/** Only devices of ours have an account here: `session` is the proof. */
function askerOf({ session }: Call): Localpart {
  if (!session) throw new StanzaError('service-unavailable', 'Accounts are for those who are logged in here')
  return session.localpart
}

/** §3.3. */
function newPassword({ fields }: Registration, owner: Localpart): string {
  const username = fields.get('username')?.trim().toLowerCase()
  if (username === undefined || username === '') throw new StanzaError('bad-request', 'The name of the account is missing')
  if (username !== owner) throw new StanzaError('not-allowed', 'One can only change one’s own password')
  const password = fields.get('password') ?? ''
  if (password === '') throw new StanzaError('bad-request', 'A password cannot be empty')
  checkPassword(password)
  return password
}

/** §3.2. */
async function remove({ fields, form }: Registration, owner: Localpart, host: Host, accounts: OwnAccount): Promise<void> {
  if (fields.size > 0 || form) throw new StanzaError('bad-request', 'To remove an account, send <remove/> and nothing else')
  await accounts.remove(owner)
  host.background(endSessions(owner, host), 'ending the sessions of a removed account')
}

async function endSessions(owner: Localpart, host: Host): Promise<void> {
  // After the answer, which is sent in this turn of the loop.
  await setImmediate()
  const account = Jid.of(owner, host.domain.domain)
  for (const session of account ? host.sessions.of(account) : []) session.end('not-authorized', 'The account was removed')
}
