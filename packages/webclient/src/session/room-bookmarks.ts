/** One's bookmarks (XEP-0402): which rooms one is in, under what name and password, and how one is told of them (XEP-0492). */
import { Bookmark, BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { levelFor, NOTIFICATION_SETTINGS, type NotificationLevel, Notify } from '@plodge/xmpp/xeps/notification-settings.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import type { Conversation } from '../state/state.ts'
import type { Desk } from './desk.ts'
import { AskNode, SetNode, publishing, retracting } from './nodes.ts'

const LEVELS: Readonly<Record<NotificationLevel, Conversation['notify']>> = { always: 'all', 'on-mention': 'mentions', never: 'none' }
const WORDS: Readonly<Record<Conversation['notify'], NotificationLevel>> = { all: 'always', mentions: 'on-mention', none: 'never' }
const LONGEST_NAME = 200

export interface Marked {
  readonly room: string
  readonly name: string | undefined
  readonly nick: string | undefined
  readonly isJoined: boolean
  /** Undefined when they wished nothing. */
  readonly notify: Conversation['notify'] | undefined
}

const NEW: Bookmark = { name: undefined, autojoin: 'true', nick: undefined, password: undefined, extensions: undefined }

export class Bookmarks {
  readonly #desk: Desk
  /** As they are kept, so that what other clients wrote into them stays. */
  readonly #kept = new Map<string, Bookmark>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async load(): Promise<readonly Marked[]> {
    const asked = new Element(PUBSUB, 'pubsub', {}, [new Element(PUBSUB, 'items', { node: BOOKMARKS })])
    const answer = await this.#desk.questions.ask(AskNode, asked)
    return this.take(answer?.child(PUBSUB, 'items')?.childrenNamed(PUBSUB, 'item') ?? [])
  }

  /** Items, as asked for or as told of. */
  take(items: readonly Element[]): readonly Marked[] {
    return items.flatMap(item => {
      const room = item.attributes['id']
      const element = item.child(BOOKMARKS, 'conference')
      if (room === undefined || !element || !room.includes('@')) return []
      const bookmark = Bookmark.read(element)
      this.#kept.set(room, bookmark)
      const { name, nick, autojoin } = bookmark
      return [
        {
          room,
          name: name?.slice(0, LONGEST_NAME),
          nick: nick === '' ? undefined : nick,
          isJoined: autojoin === 'true' || autojoin === '1',
          notify: notifyIn(bookmark),
        },
      ]
    })
  }

  passwordOf(room: string): string | undefined {
    return this.#kept.get(room)?.password
  }

  /** What one wished to be told of. */
  notifyOf(room: string): Conversation['notify'] | undefined {
    const kept = this.#kept.get(room)
    return kept && notifyIn(kept)
  }

  async put(room: string, changes: Partial<Bookmark>): Promise<void> {
    const bookmark = { ...NEW, ...this.#kept.get(room), ...changes }
    this.#kept.set(room, bookmark)
    await this.#desk.questions.ask(SetNode, publishing(BOOKMARKS, room, Bookmark.write(bookmark)))
  }

  async notify(room: string, notify: Conversation['notify']): Promise<void> {
    const extensions = this.#kept.get(room)?.extensions
    const others = extensions?.children.filter(child => typeof child === 'string' || child.ns !== NOTIFICATION_SETTINGS)
    const settings = extensions?.child(Notify.ns, Notify.name)?.elements ?? []
    // What is said of other kinds of clients stays, and what others say more closely of this one (§3: `<advanced/>`).
    const before = settings.find(isOfUs)
    const level = new Element(NOTIFICATION_SETTINGS, WORDS[notify], {}, before?.children ?? [])
    const wanted = new Element(NOTIFICATION_SETTINGS, 'notify', {}, [level, ...settings.filter(one => !isOfUs(one))])
    await this.put(room, { extensions: new Element(BOOKMARKS, 'extensions', {}, [...(others ?? []), wanted]) })
  }

  async remove(room: string): Promise<void> {
    this.#kept.delete(room)
    await this.#desk.questions.ask(SetNode, retracting(BOOKMARKS, room))
  }
}

/** Without attributes, or of all clients, or of those in browsers. */
const isOfUs = ({ attributes }: Element): boolean => {
  const { 'identity-category': category = 'client', 'identity-type': type = 'web' } = attributes
  return category === 'client' && type === 'web'
}

function notifyIn({ extensions }: Bookmark): Conversation['notify'] | undefined {
  const notify = extensions?.child(Notify.ns, Notify.name)
  const level = notify && levelFor('web', Notify.read(notify))
  return level && LEVELS[level]
}

/** XEP-0492 §3: where nothing is wished, of all in a room that not everybody may enter; so does the server for phones. */
export const usualNotify = (features: readonly string[]): Conversation['notify'] =>
  features.includes('muc_membersonly') ? 'all' : 'mentions'
