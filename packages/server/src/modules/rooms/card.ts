/** XEP-0486: a room has a vCard with a picture, which its owners set and whoever knows the room may see. */
import { createHash } from 'node:crypto'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AskVCard, NO_VCARD, photoOf, SetVCard } from '@plodge/xmpp/xeps/vcard.ts'
import { utf8Length } from '@plodge/xmpp/xml/names.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import { notice } from '../../rooms/configuration.ts'
import { andThen } from '../../routing/now.ts'
import type { Service } from '../../routing/service.ts'
import type { Documents } from '../../storage/repositories.ts'
import type { Directory } from './directory.ts'
import { known, owned } from './offices.ts'

const KIND = 'vcard'

export interface CardNeeds {
  readonly directory: Directory
  readonly documents: Pick<Documents, 'get' | 'set'>
  readonly mostBytes: () => number
}

export function answerCards(service: Service, { directory, documents, mostBytes }: CardNeeds): void {
  service.answer(AskVCard, (_, { to }) =>
    andThen(known(directory, to), async ({ room }) => {
      const text = await documents.get(room.address.bare, KIND, '')
      return text === undefined ? NO_VCARD : parse(text)
    }),
  )
  service.answer(SetVCard, (card, call) =>
    andThen(owned(directory, call), async open => {
      const text = card.toString()
      if (utf8Length(text) > mostBytes())
        throw new StanzaError('policy-violation', `A vCard has at most ${mostBytes()} bytes: use a smaller picture`)
      const { room, voice } = open
      const photo = photoOf(card)
      const avatar = photo === undefined ? '' : createHash('sha1').update(Buffer.from(photo, 'base64')).digest('hex')
      await documents.set(room.address.bare, KIND, '', card.children.length === 0 ? undefined : text)
      room.settings = { ...room.settings, avatar }
      await directory.keep(open)
      voice.say([{ stanza: notice(room, [104]), to: room.devices }])
    }),
  )
}
