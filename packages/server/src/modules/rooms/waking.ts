/** Members of a room who are away are told of what is said there, as they want (XEP-0492): of all, of what names them, of nothing. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { Bookmark, BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { Body } from '@plodge/xmpp/xeps/muc.ts'
import { levelFor, type NotificationLevel, Notify } from '@plodge/xmpp/xeps/notification-settings.ts'
import { addressIn, Reference } from '@plodge/xmpp/xeps/references.ts'
import type { OwnNodes } from '../../pubsub/own-nodes.ts'
import { byAddress } from '../../rooms/nicknames.ts'
import type { Room } from '../../rooms/room.ts'
import type { Host } from '../../routing/host.ts'
import { andThen, type Now } from '../../routing/now.ts'
import { Remembered } from '../../storage/remembered.ts'
import { kindOf } from '../../messages/kinds.ts'

/** Wakes those devices of these accounts that sleep, where the condition holds; it is not asked where there are none. */
export type Wake = (accounts: readonly Account[], message: Stanza, isWanted: (account: Account) => Now<boolean>) => void

type Levels = ReadonlyMap<string, NotificationLevel>

export class Waking {
  readonly #host: Host
  readonly #wake: Wake
  readonly #levels: Remembered<Levels>

  constructor(host: Host, nodes: OwnNodes, wake: Wake) {
    this.#host = host
    this.#wake = wake
    this.#levels = new Remembered(localpart => this.#read(nodes, localpart))
    nodes.follow(BOOKMARKS, async ({ local }) => this.#levels.forget(local))
    host.removed.push(localpart => this.#levels.forget(localpart))
  }

  /** `message` as everybody inside hears it. */
  said(room: Room, message: Stanza, speaker: Jid): void {
    if (!message.children.some(name => kindOf(name).wakes !== undefined)) return
    const text = message.get(Body) ?? ''
    const mentioned = mentionsIn(message)
    this.#wake(room.members, message, account => {
      if (account.bare === speaker.bare || !this.#host.isLocal(account)) return false
      return andThen(this.#levels.of(account.local), levels => {
        const level = levels.get(room.address.bare) ?? (room.settings.isMembersOnly ? 'always' : 'on-mention')
        return level === 'always' || (level === 'on-mention' && (isNamed(mentioned, room, account) || isMentioned(text, room, account)))
      })
    })
  }

  async #read(nodes: OwnNodes, localpart: string): Promise<Levels> {
    const account = Jid.of(localpart, this.#host.domain.domain)?.account
    const items = account && (await nodes.items(account, BOOKMARKS))
    return new Map(
      items?.flatMap(({ id, payload }) => {
        const extensions = payload.name === Bookmark.name ? payload.child(BOOKMARKS, 'extensions') : undefined
        const notify = extensions?.child(Notify.ns, Notify.name)
        const level = notify && levelFor('phone', Notify.read(notify))
        return level ? [[id, level] as const] : []
      }),
    )
  }
}

/** XEP-0372 §4.1: the addresses that are mentioned. */
const mentionsIn = (message: Stanza): ReadonlySet<string> =>
  new Set(message.all(Reference).flatMap(({ type, uri }) => (type === 'mention' ? (addressIn(uri)?.toLowerCase() ?? []) : [])))

/** By their own address, or by the one that they have in the room. */
const isNamed = (mentioned: ReadonlySet<string>, room: Room, { bare, local }: Account): boolean =>
  mentioned.size > 0 && (mentioned.has(bare) || mentioned.has(`${room.address.bare}/${room.nicks.get(bare) ?? local}`.toLowerCase()))

/** By the nickname, as a word of its own. */
function isMentioned(text: string, room: Room, person: Account): boolean {
  const inside = [room.nicks.get(person.bare), byAddress(person.domain)(person, '')]
  return inside.some(nick => {
    if (nick === undefined || nick === '') return false
    const word = nick.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    return new RegExp(String.raw`(?<![\p{L}\p{N}])${word}(?![\p{L}\p{N}])`, 'iu').test(text)
  })
}
