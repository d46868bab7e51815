/** Rooms (XEP-0045) one is in, by one's bookmarks (XEP-0402). One's place in a room lasts; the presence there comes and goes with the line. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { DataForm, FORMS } from '@plodge/xmpp/xeps/data-form.ts'
import { Configure, MUC, MUC_USER, ROOM_CONFIG, UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { bareOf, localOf, resourceOf } from '../model/address.ts'
import { presenceIn } from '../model/presence.ts'
import { NO_ROOM, type Occupant, type RoomState } from '../state/state.ts'
import type { Desk } from './desk.ts'
import { AskNode, SetNode, publishing, retracting } from './nodes.ts'
import { type People, presenceElement } from './people.ts'
import type { Timelines } from './timelines.ts'

const MOST_INVITATIONS = 50
/** Presence comes in floods; the list is shown again so often at most. */
const SHOW_MS = 100

export class Rooms {
  readonly #desk: Desk
  readonly #timelines: Timelines
  readonly #people: People
  readonly #occupants = new Map<string, Map<string, Occupant>>()
  readonly #nicks = new Map<string, string>()
  readonly #due = new Set<string>()

  constructor(desk: Desk, timelines: Timelines, people: People) {
    this.#desk = desk
    this.#timelines = timelines
    this.#people = people
  }

  /** Where rooms are (`group` in the configuration of the chat server). */
  get service(): string {
    return `group.${this.#desk.domain}`
  }

  /** The public rooms there (XEP-0045 §6.3). */
  async find(): Promise<readonly { readonly address: string; readonly name: string }[]> {
    const { items } = await this.#desk.questions.ask(AskItems, { node: undefined }, this.service)
    return items.map(({ jid, name }) => ({ address: jid, name: name ?? localOf(jid) }))
  }

  nickIn(room: string): string | undefined {
    return this.#nicks.get(room)
  }

  async load(): Promise<void> {
    const answer = await this.#desk.questions.ask(
      AskNode,
      new Element(PUBSUB, 'pubsub', {}, [new Element(PUBSUB, 'items', { node: BOOKMARKS })]),
    )
    this.#bookmarks(answer?.child(PUBSUB, 'items')?.childrenNamed(PUBSUB, 'item') ?? [])
  }

  /** A bookmark that came or went on another device. */
  take(items: readonly Element[], retracted: readonly Element[]): void {
    this.#bookmarks(items)
    for (const { attributes } of retracted) {
      const room = attributes['id'] ?? ''
      if (this.#desk.state.conversations[room]?.room) this.#set(room, { isBookmarked: false })
    }
    this.enterAll()
  }

  /** Every session begins outside of all rooms. */
  enterAll(): void {
    for (const { address, room } of Object.values(this.#desk.state.conversations))
      if (room?.isBookmarked && room.joined.kind !== 'inside' && room.joined.kind !== 'joining') this.enter(address)
  }

  /** The server forgot us: a new session. */
  begin(): void {
    this.#occupants.clear()
    for (const { address, room } of Object.values(this.#desk.state.conversations))
      if (room) this.#set(address, { joined: { kind: 'outside' }, occupants: [] })
  }

  enter(room: string, nick = this.#ownNick(room)): void {
    this.#timelines.conversation(room, 'room')
    this.#nicks.set(room, nick)
    this.#occupants.set(room, new Map())
    this.#set(room, { joined: { kind: 'joining' } })
    // The archive has the history, with the names that it gives (XEP-0313); a room's own has them not.
    const enter = new Element(MUC, 'x', {}, [new Element(MUC, 'history', { maxstanzas: '0' })])
    this.#desk.send(presenceElement(this.#people.own, { to: `${room}/${nick}` }, [enter]))
  }

  async join(room: string, name: string | undefined): Promise<void> {
    this.enter(room)
    this.#set(room, { isBookmarked: true })
    if (name !== undefined) this.#timelines.set(room, { name })
    const nick = new Element(BOOKMARKS, 'nick', {}, [this.#ownNick(room)])
    const bookmark = new Element(BOOKMARKS, 'conference', { autojoin: 'true', ...(name !== undefined && { name }) }, [nick])
    await this.#desk.questions.ask(SetNode, publishing(BOOKMARKS, room, bookmark))
  }

  async leave(room: string): Promise<void> {
    this.#desk.send(new Element(CLIENT, 'presence', { to: `${room}/${this.#ownNick(room)}`, type: 'unavailable' }))
    this.#set(room, { joined: { kind: 'outside' }, isBookmarked: false, occupants: [] })
    await this.#desk.questions.ask(SetNode, retracting(BOOKMARKS, room))
  }

  subject(room: string, subject: string): void {
    if (this.#desk.state.conversations[room]?.room) this.#set(room, { subject })
  }

  invited(room: string, from: string, reason: string | undefined): void {
    const { invitations, conversations } = this.#desk.state
    if (!room.includes('@') || conversations[room]?.room?.isBookmarked || invitations.some(one => one.room === room)) return
    if (invitations.length < MOST_INVITATIONS) this.#desk.set('invitations', [...invitations, { room, from, reason }])
  }

  dismiss(room: string): void {
    this.#desk.set(
      'invitations',
      this.#desk.state.invitations.filter(one => one.room !== room),
    )
  }

  /** Whether the presence was of a room that one is in, or tried to enter. */
  hearPresence(stanza: Element): boolean {
    const room = bareOf(stanza.attributes['from'] ?? '')
    const nick = resourceOf(stanza.attributes['from'] ?? '')
    const occupants = this.#occupants.get(room)
    if (!occupants) return false
    if (stanza.attributes['type'] === 'error') {
      const { condition, text } = StanzaError.from(stanza.child(CLIENT, 'error'))
      if (this.#desk.state.conversations[room]?.room?.joined.kind === 'joining')
        this.#set(room, { joined: { kind: 'refused', condition, why: text } })
      return true
    }
    const info = stanza.child(MUC_USER, 'x')
    if (nick === undefined || !info) return true
    this.#occupant(room, nick, stanza, UserInfo.read(info), occupants)
    return true
  }

  #occupant(
    room: string,
    nick: string,
    stanza: Element,
    { item, statuses }: ReturnType<typeof UserInfo.read>,
    occupants: Map<string, Occupant>,
  ): void {
    const codes = new Set(statuses.map(({ code }) => code))
    const isSelf = codes.has('110') || nick === this.nickIn(room)
    if (stanza.attributes['type'] === 'unavailable') {
      occupants.delete(nick)
      // §7.6: a new name is no leaving.
      if (isSelf && codes.has('303') && item?.nick !== undefined) this.#nicks.set(room, item.nick)
      else if (isSelf) this.#left(room, codes, item?.reason)
      return this.#show(room)
    }
    const occupant: Occupant = {
      nick,
      address: item?.jid === undefined ? undefined : bareOf(item.jid),
      affiliation: item?.affiliation ?? 'none',
      role: item?.role ?? 'none',
      presence: presenceIn(stanza),
    }
    occupants.set(nick, occupant)
    if (codes.has('201')) void this.#configure(room)
    if (codes.has('110')) {
      this.#nicks.set(room, nick)
      this.#set(room, { joined: { kind: 'inside', nick }, role: occupant.role, affiliation: occupant.affiliation })
    }
    return this.#show(room)
  }

  /** §10.1.2: a room that one made is locked until it is configured; it gets its name, and lasts. */
  async #configure(room: string): Promise<void> {
    const name = this.#desk.state.conversations[room]?.name ?? localOf(room)
    const values = {
      FORM_TYPE: ROOM_CONFIG,
      'muc#roomconfig_roomname': name,
      'muc#roomconfig_persistentroom': '1',
      'muc#roomconfig_publicroom': '1',
    }
    const fields = Object.entries(values).map(
      ([key, value]) => new Element(FORMS, 'field', { var: key }, [new Element(FORMS, 'value', {}, [value])]),
    )
    const form = DataForm.read(new Element(FORMS, 'x', { type: 'submit' }, fields))
    await this.#desk.questions.ask(Configure, { form, destroy: undefined }, room).catch((error: unknown) => {
      if (!(error instanceof StanzaError)) throw error
      this.#set(room, { joined: { kind: 'refused', condition: error.condition, why: error.text } })
    })
  }

  #left(room: string, codes: ReadonlySet<string>, reason: string | undefined): void {
    const condition = codes.has('301')
      ? 'banned'
      : codes.has('307')
        ? 'kicked'
        : codes.has('321') || codes.has('322')
          ? 'members-only'
          : 'left'
    this.#set(room, { joined: condition === 'left' ? { kind: 'outside' } : { kind: 'refused', condition, why: reason }, occupants: [] })
  }

  #show(room: string): void {
    if (this.#due.size === 0) setTimeout(() => this.#showDue(), SHOW_MS)
    this.#due.add(room)
  }

  #showDue(): void {
    for (const room of this.#due) this.#set(room, { occupants: [...(this.#occupants.get(room)?.values() ?? [])] })
    this.#due.clear()
  }

  #bookmarks(items: readonly Element[]): void {
    for (const item of items) {
      const room = item.attributes['id']
      const bookmark = item.child(BOOKMARKS, 'conference')
      if (room === undefined || !bookmark || !room.includes('@')) continue
      const { name, autojoin } = bookmark.attributes
      const nick = bookmark.child(BOOKMARKS, 'nick')?.text
      if (nick !== undefined && nick !== '') this.#nicks.set(room, nick)
      this.#timelines.conversation(room, 'room')
      this.#timelines.set(room, { name: name?.slice(0, 200) })
      this.#set(room, { isBookmarked: autojoin === 'true' || autojoin === '1' })
    }
  }

  #set(room: string, changes: Partial<RoomState>): void {
    this.#desk.set('conversations', room, 'room', (before: RoomState | undefined) => ({ ...NO_ROOM, ...before, ...changes }))
  }

  #ownNick(room: string): string {
    return this.#nicks.get(room) ?? this.#desk.state.ownName ?? localOf(this.#desk.own)
  }
}
