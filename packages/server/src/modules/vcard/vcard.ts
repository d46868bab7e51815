/** XEP-0054: everybody's card, which everybody may read and its owner may write. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AVATAR_METADATA } from '@plodge/xmpp/xeps/avatar.ts'
import { AskVCard, SetVCard, VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import { utf8Length } from '@plodge/xmpp/xml/names.ts'
import { notToBeAsked } from '../../accounts/may-ask.ts'
import type { OwnNodes } from '../../pubsub/own-nodes.ts'
import type { Module } from '../../routing/host.ts'
import type { Limits } from '../../settings.ts'
import type { Documents } from '../../storage/repositories.ts'
import { Cards } from './cards.ts'
import { refreshAvatar } from './avatar.ts'
import { AvatarNodes } from './avatar-nodes.ts'

export interface VCardOptions {
  readonly documents: Documents
  readonly nodes: OwnNodes
  readonly limits: () => Pick<Limits, 'documentBytes'>
}

export const vcard = ({ documents, nodes, limits }: VCardOptions): Module => ({
  name: 'vcard',
  implements: { 'XEP-0054': '1.3.0', 'XEP-0084': '1.1.4', 'XEP-0153': '1.1.1', 'XEP-0398': '1.0.0' },
  features: [VCARD],
  accountFeatures: [VCARD, 'urn:xmpp:pep-vcard-conversion:0'],
  install(host) {
    const cards = new Cards(documents)
    refreshAvatar(host, cards)
    const avatars = new AvatarNodes({ host, cards, nodes, mostBytes: () => limits().documentBytes })
    nodes.follow(AVATAR_METADATA, account => avatars.toCard(account))

    host.answer(AskVCard, 'self', async (_, { owner }) => {
      const card = await cards.get(owner)
      if (!card) throw new StanzaError('item-not-found', 'You have no vCard yet')
      return card
    })
    host.answer(SetVCard, 'self', async (card, { owner, from }) => {
      const most = limits().documentBytes
      if (utf8Length(card.toString()) > most)
        throw new StanzaError('policy-violation', `A vCard has at most ${most} bytes: use a smaller photo`)
      await cards.put(owner, card)
      await avatars.fromCard(from.account, card)
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
