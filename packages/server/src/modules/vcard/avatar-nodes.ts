/** XEP-0398: one avatar, in the vCard (XEP-0153) and in nodes of personal eventing (XEP-0084), whichever a client puts it into. */
import { createHash } from 'node:crypto'
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { AVATAR_DATA, AVATAR_METADATA, AvatarData, AvatarMetadata } from '@plodge/xmpp/xeps/avatar.ts'
import { NO_VCARD, photoOf, photoTypeOf, withPhoto } from '@plodge/xmpp/xeps/vcard.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { utf8Length } from '@plodge/xmpp/xml/names.ts'
import type { OwnItem, OwnNodes } from '../../pubsub/own-nodes.ts'
import type { Host } from '../../routing/host.ts'
import type { Cards } from './cards.ts'

/** Everybody may read a vCard, so everybody may read this. */
const OPEN = { access_model: 'open', max_items: '1' } as const

export interface AvatarNeeds {
  readonly host: Host
  readonly cards: Cards
  readonly nodes: OwnNodes
  /** Of a card. */
  readonly mostBytes: () => number
}

export class AvatarNodes {
  readonly #host: Host
  readonly #cards: Cards
  readonly #nodes: OwnNodes
  readonly #mostBytes: () => number

  constructor({ host, cards, nodes, mostBytes }: AvatarNeeds) {
    this.#host = host
    this.#cards = cards
    this.#nodes = nodes
    this.#mostBytes = mostBytes
  }

  /** From the nodes into the card (§3.1). */
  async toCard(account: Account): Promise<void> {
    const node = await this.#nodes.find(account, AVATAR_METADATA)
    // What only some may see is not for a card, which everybody may.
    if (node?.config.accessModel === 'whitelist' || node?.config.accessModel === 'authorize') return
    const told = (await this.#nodes.items(account, AVATAR_METADATA))?.at(-1)?.payload
    if (!told?.is(AvatarMetadata)) return
    const info = AvatarMetadata.read(told).infos.find(({ url }) => url === undefined)
    const image = info && (await this.#image(account, info.id))
    if (info && image === undefined) return
    const card = (await this.#cards.get(account.local)) ?? NO_VCARD
    if (photoOf(card) === image) return
    const after = withPhoto(card, image === undefined ? undefined : { type: info?.type ?? 'image/png', base64: image })
    if (utf8Length(after.toString()) > this.#mostBytes()) return
    await this.#cards.put(account.local, after)
    this.show(account)
  }

  /** From the card into the nodes (§3.2). */
  async fromCard(account: Account, card: Element): Promise<void> {
    const photo = photoOf(card)
    const told = (await this.#nodes.items(account, AVATAR_METADATA))?.at(-1)?.payload
    const before = told?.is(AvatarMetadata) ? AvatarMetadata.read(told).infos : []
    try {
      if (photo === undefined) {
        if (before.length > 0)
          await this.#publish(account, AVATAR_METADATA, { id: 'none', payload: AvatarMetadata.write({ infos: [], pointers: [] }) })
        return
      }
      const bytes = Buffer.from(photo, 'base64')
      const id = hashOf(bytes)
      if (before.some(info => info.id === id)) return
      const info = {
        id,
        bytes: String(bytes.length),
        type: photoTypeOf(card) ?? 'image/png',
        height: undefined,
        width: undefined,
        url: undefined,
      }
      await this.#publish(account, AVATAR_DATA, { id, payload: AvatarData.write(photo) })
      await this.#publish(account, AVATAR_METADATA, { id, payload: AvatarMetadata.write({ infos: [info], pointers: [] }) })
    } catch (error) {
      // A photo that is good for a card may be too large for a node; the card is kept all the same.
      if (!(error instanceof StanzaError)) throw error
    }
  }

  /** Those who see the account's presence see the new hash in it. */
  show(account: Account): void {
    for (const session of this.#host.sessions.of(account)) {
      const { presence } = session
      if (presence) this.#host.background(this.#host.broadcast(presence, session), 'presence with a new avatar')
    }
  }

  #publish(account: Account, node: string, item: OwnItem): Promise<void> {
    return this.#nodes.publish(account, node, [item], OPEN)
  }

  /** In base64; undefined where there is no such image, or not that one. */
  async #image(account: Account, id: string): Promise<string | undefined> {
    const data = (await this.#nodes.items(account, AVATAR_DATA, [id]))?.[0]?.payload
    const base64 = data?.is(AvatarData) ? AvatarData.read(data).replaceAll(/\s+/g, '') : undefined
    return base64 !== undefined && hashOf(Buffer.from(base64, 'base64')) === id.toLowerCase() ? base64 : undefined
  }
}

const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex')
