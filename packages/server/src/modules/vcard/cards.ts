/** The cards as they are kept, and which photo each has. */
import { createHash } from 'node:crypto'
import { photoOf } from '@plodge/xmpp/xeps/vcard.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Now } from '../../routing/now.ts'
import type { Documents, Localpart } from '../../storage/repositories.ts'

const KIND = 'vcard'
/** The hash of the photo, by itself: a card is long. */
const PHOTO = 'photo'

export class Cards {
  readonly #documents: Documents
  /** The hash of the photo, empty for none, of people whose devices asked for it: a card is not read for every presence. */
  readonly #hashes = new Map<Localpart, string>()

  constructor(documents: Documents) {
    this.#documents = documents
  }

  async get(owner: Localpart): Promise<Element | undefined> {
    const text = await this.#documents.get(owner, KIND, '')
    return text === undefined ? undefined : parse(text)
  }

  /** A card with nothing in it is no card. */
  async put(owner: Localpart, card: Element): Promise<void> {
    const hash = hashOf(card)
    await Promise.all([
      this.#documents.set(owner, KIND, '', card.elements.length === 0 ? undefined : card.toString()),
      this.#documents.set(owner, KIND, PHOTO, hash === '' ? undefined : hash),
    ])
    this.#hashes.set(owner, hash)
  }

  /** XEP-0153 §3.1: SHA-1 of the image in hexadecimal; empty when the card has none. */
  photoHash(owner: Localpart): Now<string> {
    return this.#hashes.get(owner) ?? this.#readHash(owner)
  }

  /** Forgets what is in memory of somebody who left. */
  forget(owner: Localpart): void {
    this.#hashes.delete(owner)
  }

  async #readHash(owner: Localpart): Promise<string> {
    const kept = await this.#documents.get(owner, KIND, PHOTO)
    // Somebody may have put another card meanwhile.
    const hash = this.#hashes.get(owner) ?? kept ?? ''
    this.#hashes.set(owner, hash)
    return hash
  }
}

function hashOf(card: Element): string {
  const photo = photoOf(card)
  return photo === undefined ? '' : createHash('sha1').update(Buffer.from(photo, 'base64')).digest('hex')
}
