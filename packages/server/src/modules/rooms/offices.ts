/** What moderators, admins and owners ask of a room and change in it (XEP-0045 §8, §9, §10). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AskConfiguration, AskItemsOfRoom, ChangeItems, Configure, type OwnerQuery } from '@plodge/xmpp/xeps/muc.ts'
import { change, list } from '../../rooms/administration.ts'
import { configurationForm, configure } from '../../rooms/configuration.ts'
import { destroy } from '../../rooms/destroying.ts'
import type { Call } from '../../routing/host.ts'
import { andThen, type Now } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import type { RoomsSettings } from '../../settings.ts'
import type { Comings } from './comings.ts'
import type { Directory, Open } from './directory.ts'

export interface OfficeNeeds {
  readonly directory: Directory
  readonly comings: Comings
  readonly settings: () => RoomsSettings
}

export function answerOffices(service: Service, needs: OfficeNeeds): void {
  const { directory } = needs
  service.answer(AskItemsOfRoom, ({ items }, { to, from }) =>
    andThen(known(directory, to), ({ room }) => ({ items: list(room, items, from) })),
  )
  service.answer(ChangeItems, ({ items }, { to, from }) =>
    andThen(known(directory, to), open => {
      open.voice.say(change(open.room, items, from))
      return kept(open, needs)
    }),
  )
  service.answer(AskConfiguration, (_, call) =>
    andThen(owned(directory, call), ({ room }) => ({ form: configurationForm(room), destroy: undefined })),
  )
  service.answer(Configure, (question, call) => andThen(owned(directory, call), open => decide(open, question, needs)))
}

/** Throws StanzaError where there is no such room. */
export const known = (directory: Directory, to: Jid): Now<Open> =>
  andThen(directory.find(to), open => {
    if (!open) throw new StanzaError('item-not-found', 'There is no such room')
    return open
  })

export const owned = (directory: Directory, { to, from }: Call): Now<Open> =>
  andThen(known(directory, to), open => {
    // §10.2, §10.9.
    if (open.room.affiliationOf(from.bare) !== 'owner') throw new StanzaError('forbidden', 'Only the owners of a room may do that')
    return open
  })

/** Settles when it is on disk: only then is it acknowledged. */
async function kept(open: Open, { directory, comings }: OfficeNeeds): Promise<void> {
  await directory.keep(open)
  await comings.emptied(open)
}

function decide(open: Open, { form, destroy: wish }: OwnerQuery, needs: OfficeNeeds): Now<void> {
  const { room, voice } = open
  if (wish) {
    if (wish.jid !== undefined && !Jid.parse(wish.jid)) throw new StanzaError('jid-malformed', 'The other room has no such address')
    voice.say(destroy(room, wish))
    return needs.directory.remove(open)
  }
  if (form?.kind === 'cancel') {
    // §10.1.3: what was never opened ends; otherwise all stays as it was (§10.2).
    if (!room.isLocked) return undefined
    voice.say(destroy(room, { jid: undefined, password: undefined, reason: undefined }))
    return needs.directory.remove(open)
  }
  if (!form) throw new StanzaError('bad-request', 'There is no form in this')
  voice.say(configure(room, form, needs.settings().occupants))
  return kept(open, needs)
}
