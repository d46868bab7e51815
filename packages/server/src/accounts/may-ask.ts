/** Who may ask about somebody: those who may see that person's presence. Whether there is such a person is not told to others. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { People } from '../routing/host.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Localpart } from '../storage/repositories.ts'
import type { Rosters } from './rosters.ts'

export type MayAsk = (owner: Localpart, asker: Jid) => Now<boolean>

/** XEP-0030 §8, XEP-0012 §8: a subscription `from` or `both` in the roster of whoever is asked about. */
export const mayAsk =
  (people: People, rosters: Rosters): MayAsk =>
  (owner, asker) =>
    andThen(people.exists(owner), exists => exists && andThen(rosters.of(owner), roster => roster.isSeenBy(asker.account.bare)))

/** The same for somebody who does not exist and for somebody who is not to be asked. */
export const notToBeAsked = (): StanzaError =>
  new StanzaError('service-unavailable', 'There is nobody of that address here, or they do not answer you')
