/**
 * XEP-0153 on the server's side, as XEP-0398 §4 has it: presence tells the hash of the photo that the card has now. What says nothing is
 * filled in, what says something else is corrected, and `<photo/>`, no image wanted, is left alone.
 */
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { VCardUpdate } from '@plodge/xmpp/xeps/vcard-avatar.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Session } from '../../routing/session.ts'
import type { Cards } from './cards.ts'

export function refreshAvatar(host: Host, cards: Cards): void {
  host.presence.rewrite.push((presence: Stanza, { localpart }: Session): Now<Stanza> => {
    if (presence.type !== undefined) return presence
    const update = presence.get(VCardUpdate)
    if (update?.photo === '') return presence
    return andThen(cards.photoHash(localpart), hash => {
      // Who has no photo and says nothing of one has nothing to tell.
      if (update ? update.photo?.toLowerCase() === hash : hash === '') return presence
      return presence.without(VCardUpdate).plus(VCardUpdate, { photo: hash })
    })
  })
  host.life.closed.push(({ account, localpart }) => {
    if (host.sessions.of(account).length === 0) cards.forget(localpart)
  })
}
