/** XEP-0054: everybody's card, which everybody may read and its owner may write. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AskVCard, SetVCard, VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import { utf8Length } from '@plodge/xmpp/xml/names.ts'
import { notToBeAsked } from '../../accounts/may-ask.ts'
import type { Module } from '../../routing/host.ts'
import type { Limits } from '../../settings.ts'
import type { Documents } from '../../storage/repositories.ts'
import { Cards } from './cards.ts'
import { refreshAvatar } from './avatar.ts'

export interface VCardOptions {
  readonly documents: Documents
  readonly limits: () => Pick<Limits, 'documentBytes'>
}

export const vcard = ({ documents, limits }: VCardOptions): Module => ({
  name: 'vcard',
  implements: { 'XEP-0054': '1.3.0', 'XEP-0153': '1.1.1' },
  features: [VCARD],
  accountFeatures: [VCARD],
  install(host) {
    const cards = new Cards(documents)
    refreshAvatar(host, cards)

    host.answer(AskVCard, 'self', async (_, { owner }) => {
      const card = await cards.get(owner)
      if (!card) throw new StanzaError('item-not-found', 'You have no vCard yet')
      return card
    })
    host.answer(SetVCard, 'self', async (card, { owner }) => {
      const most = limits().documentBytes
      if (utf8Length(card.toString()) > most)
        throw new StanzaError('policy-violation', `A vCard has at most ${most} bytes: use a smaller photo`)
      await cards.put(owner, card)
    })

    // §3.3: no card and no such person look the same.
    host.answer(AskVCard, 'anybody', async (_, { owner }) => {
      const card = await cards.get(owner)
      if (!card) throw notToBeAsked()
      return card
    })
    // §3.2.
    host.answer(SetVCard, 'anybody', () => {
      throw new StanzaError('forbidden', 'Only its owner may change a vCard')
    })
  },
})
