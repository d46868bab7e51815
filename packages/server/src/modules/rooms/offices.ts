/** What moderators, admins and owners ask of a room and change in it (XEP-0045 §8, §9, §10). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AskConfiguration, AskItemsOfRoom, ChangeItems, Configure, type OwnerQuery } from '@plodge/xmpp/xeps/muc.ts'
import { change, list } from '../../rooms/administration.ts'
import { configurationForm, configure } from '../../rooms/configuration.ts'
import { destroy } from '../../rooms/destroying.ts'
import type { Call } from '../../routing/host.ts'
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
  service.answer(AskItemsOfRoom, ({ items }, { to, from }) => ({ items: list(known(directory, to).room, items, from) }))
  service.answer(ChangeItems, ({ items }, { to, from }) => {
    const open = known(directory, to)
    open.voice.say(change(open.room, items, from))
    needs.comings.emptied(open)
  })
  service.answer(AskConfiguration, (_, call) => ({ form: configurationForm(owned(directory, call).room), destroy: undefined }))
  service.answer(Configure, (question, call) => decide(owned(directory, call), question, needs))
}

/** Throws StanzaError where there is no such room. */
export function known(directory: Directory, to: Jid): Open {
  const open = directory.find(to)
  if (!open) throw new StanzaError('item-not-found', 'There is no such room')
  return open
}

function owned(directory: Directory, { to, from }: Call): Open {
  const open = known(directory, to)
  // §10.2, §10.9.
  if (open.room.affiliationOf(from.bare) !== 'owner') throw new StanzaError('forbidden', 'Only the owners of a room may do that')
  return open
}

function decide(open: Open, { form, destroy: wish }: OwnerQuery, needs: OfficeNeeds): void {
  const { room, voice } = open
  if (wish) {
    if (wish.jid !== undefined && !Jid.parse(wish.jid)) throw new StanzaError('jid-malformed', 'The other room has no such address')
    voice.say(destroy(room, wish))
    needs.directory.remove(open)
  } else if (form?.kind === 'cancel') {
    // §10.1.3: what was never opened ends; otherwise all stays as it was (§10.2).
    if (!room.isLocked) return
    voice.say(destroy(room, { jid: undefined, password: undefined, reason: undefined }))
    needs.directory.remove(open)
  } else if (form) {
    voice.say(configure(room, form, needs.settings().occupants))
    needs.comings.emptied(open)
  } else throw new StanzaError('bad-request', 'There is no form in this')
}
