/** What administrative commands are made of, and what they have in common. */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Accounts, Change } from '../../accounts/accounts.ts'
import type { Roles } from '../../accounts/roles.ts'
import type { Rosters } from '../../accounts/rosters.ts'
import { type Result, refusal } from '../../routing/commands.ts'
import type { Sessions } from '../../routing/sessions.ts'
import type { Audit, DayCount, Localpart } from '../../storage/repositories.ts'
import type { Notices } from './notices.ts'

/** XEP-0133 §8.1. */
export const ADMIN = 'http://jabber.org/protocol/admin'

export type StopWish = 'restart' | 'shutdown'

/** What there is while a server runs. */
export interface Live {
  readonly sessions: Sessions
  /** Milliseconds since 1970. */
  readonly since: number
  /** False when the server is about to stop already. */
  stop(wish: StopWish, delayMs: number): boolean
}

/** Who was here when. */
export interface Presences {
  lastLogin(owner: Localpart): Promise<number | undefined>
  /** Of the last days, oldest first, today last. */
  counts(days: number): Promise<readonly DayCount[]>
}

export interface AdministrationNeeds {
  readonly domain: Account
  readonly accounts: Pick<Accounts, 'find' | 'list' | 'count' | 'add' | 'lock' | 'unlock' | 'remove' | 'setPassword'>
  readonly rosters: Rosters
  readonly roles: Roles
  readonly notices: Notices
  readonly presences: Presences
  readonly audit: Audit
  /** Undefined when no server runs. */
  readonly live: Live | undefined
}

export const isoTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`

/** The accounts of ours that are meant. Throws StanzaError where there is no such person. */
export async function localpartsOf({ accounts, domain }: AdministrationNeeds, jids: readonly Jid[]): Promise<readonly Localpart[]> {
  const names: Localpart[] = []
  for (const jid of jids) {
    if (jid.domain !== domain.domain || jid.local === '')
      throw new StanzaError('item-not-found', `${jid.full} is no address of a person here`)
    if (!(await accounts.find(jid.local))) throw new StanzaError('item-not-found', `There is nobody called ${jid.local} here`)
    names.push(jid.local)
  }
  return [...new Set(names)]
}

/** One after another; says who was left out and why. */
export async function forEach(
  localparts: readonly Localpart[],
  done: (names: string) => string,
  change: (localpart: Localpart) => Promise<Change>,
): Promise<Result> {
  const changed: Localpart[] = []
  for (const localpart of localparts) {
    const outcome = await change(localpart)
    if (outcome.kind === 'done') changed.push(localpart)
    else return refusal(changed.length === 0 ? outcome.why : `${done(changed.join(', '))}; but then: ${outcome.why}`)
  }
  return { note: done(changed.join(', ')) }
}

export const bareAddresses = (jids: readonly Jid[]): readonly string[] => jids.map(({ bare }) => bare)
