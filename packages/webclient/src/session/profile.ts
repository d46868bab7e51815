/** What one is called: in one's card (XEP-0054), to those one knows (XEP-0172), and in rooms. */
import { AskVCard, NO_VCARD, SetVCard, VCARD } from '@plodge/xmpp/xeps/vcard.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Desk } from './desk.ts'
import { SetNode } from './nodes.ts'
import { NICK } from './room-crowd.ts'
import type { Rooms } from './rooms.ts'

export const LONGEST_NAME = 100

export class Profile {
  readonly #desk: Desk
  readonly #rooms: Rooms
  #card: Element = NO_VCARD

  constructor(desk: Desk, rooms: Rooms) {
    this.#desk = desk
    this.#rooms = rooms
  }

  async load(): Promise<void> {
    this.#card = await this.#desk.questions.ask(AskVCard, {})
    const name = this.#card.child(VCARD, 'FN')?.text.trim().slice(0, LONGEST_NAME)
    if (name === undefined || name === '' || name === this.#desk.state.ownName) return
    this.#desk.set('ownName', name)
    this.#rooms.say()
  }

  /** Empty: as the address says. */
  async rename(text: string): Promise<void> {
    const name = text.trim().slice(0, LONGEST_NAME)
    // What else is in the card stays.
    await this.load()
    const rest = this.#card.children.filter(child => typeof child === 'string' || child.name !== 'FN')
    const card = new Element(VCARD, 'vCard', this.#card.attributes, [
      ...(name === '' ? [] : [new Element(VCARD, 'FN', {}, [name])]),
      ...rest,
    ])
    await this.#desk.questions.ask(SetVCard, card)
    this.#card = card
    this.#desk.set('ownName', name === '' ? undefined : name)
    const item = new Element(PUBSUB, 'item', { id: 'current' }, [new Element(NICK, 'nick', {}, name === '' ? [] : [name])])
    const publish = new Element(PUBSUB, 'publish', { node: NICK }, [item])
    await this.#desk.questions.ask(SetNode, new Element(PUBSUB, 'pubsub', {}, [publish]))
    this.#rooms.say()
  }
}
