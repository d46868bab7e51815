/**
 * XEP-0153 on the server's side: the hash in a presence is that of the photo the card has now. As XEP-0398 §4 has it, an update that says
 * nothing is filled in, one that says something else is corrected, and `<photo/>`, no image wanted, is left alone. Presence without any
 * update stays so until XEP-0398 is implemented as a whole.
 */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { VCardUpdate } from '@plodge/xmpp/xeps/vcard-avatar.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import type { Cards } from './cards.ts'

export function refreshAvatar(host: Host, cards: Cards): void {
  host.presence.rewrite.push((presence: Stanza, { localpart }: Session): Now<Stanza> => {
    const update = presence.get(VCardUpdate)
    if (!update || update.photo === '') return presence
    return andThen(cards.photoHash(localpart), hash =>
      update.photo?.toLowerCase() === hash ? presence : presence.without(VCardUpdate).plus(VCardUpdate, { photo: hash }),
    )
  })
  host.life.closed.push(({ account, localpart }) => {
    if (host.sessions.of(account).length === 0) cards.forget(localpart)
  })
}
