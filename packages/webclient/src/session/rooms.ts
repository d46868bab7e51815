/** Rooms (XEP-0045) one is in, by one's bookmarks (XEP-0402). One's place in a room lasts; the presence there comes and goes with the line. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { MUC, MUC_USER, ROOM_CONFIG, UserInfo } from '@plodge/xmpp/xeps/muc.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { bareOf, localOf, resourceOf } from '../model/address.ts'
import { type Conversation, NO_ROOM, type Occupant, type RoomState } from '../state/state.ts'
import type { Desk } from './desk.ts'
import { type People, presenceElement } from './people.ts'
import { Bookmarks, type Marked, usualNotify } from './room-bookmarks.ts'
import { RoomCare } from './room-care.ts'
import { Crowds, NICK } from './room-crowd.ts'
import { RoomService } from './room-service.ts'
import type { Timelines } from './timelines.ts'

const MOST_INVITATIONS = 50
/** A change of what the room is: the form, logging, who sees addresses (§10.2.1). */
const CHANGED = new Set(['104', '170', '171', '172', '173', '174'])

export class Rooms {
  readonly service: RoomService
  readonly care: RoomCare
  readonly #desk: Desk
  readonly #timelines: Timelines
  readonly #people: People
  readonly #crowds: Crowds
  readonly #bookmarks: Bookmarks
  readonly #nicks = new Map<string, string>()
  /** Rooms that somebody here is just making: they decide themselves what it is to be. */
  readonly #making = new Map<string, (isNew: boolean) => void>()

  constructor(desk: Desk, timelines: Timelines, people: People) {
    this.#desk = desk
    this.#timelines = timelines
    this.#people = people
    this.service = new RoomService(desk)
    this.care = new RoomCare(desk)
    this.#crowds = new Crowds(desk)
    this.#bookmarks = new Bookmarks(desk)
  }

  /** Who is inside now; follow `crowd` of the room's state to hear of changes. */
  inside(room: string): ReadonlyMap<string, Occupant> {
    return this.#crowds.of(room)
  }

  nickIn(room: string): string | undefined {
    return this.#nicks.get(room)
  }

  /** XEP-0421: by the occupant id where both are known, otherwise by the nickname. */
  isMine(room: string, nick: string, id: string | undefined): boolean {
    const own = this.#desk.state.conversations[room]?.room?.ownId
    if (own !== undefined && id !== undefined) return own === id
    return nick !== '' && nick === (this.nickIn(room) ?? this.#ownNick(room))
  }

  /** As it was kept. */
  restore(room: string, nick: string | undefined): void {
    if (nick !== undefined) this.#nicks.set(room, nick)
  }

  async load(): Promise<void> {
    const marked = await this.#bookmarks.load()
    const rooms = new Set(marked.map(({ room }) => room))
    // What this browser kept of one that is bookmarked no more.
    for (const { address, room } of Object.values(this.#desk.state.conversations))
      if (room?.isBookmarked && !rooms.has(address)) this.#set(address, { isBookmarked: false })
    this.#take(marked)
  }

  /** A bookmark that came or went on another device. */
  take(items: readonly Element[], retracted: readonly Element[]): void {
    this.#take(this.#bookmarks.take(items))
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
    this.#crowds.endAll()
    this.care.told.giveUp()
    for (const settle of this.#making.values()) settle(false)
    for (const { address, room } of Object.values(this.#desk.state.conversations))
      if (room) this.#set(address, { joined: { kind: 'outside' }, voiceRequests: [] })
  }

  enter(room: string, nick = this.#ownNick(room), password = this.#bookmarks.passwordOf(room)): void {
    this.#timelines.conversation(room, 'room')
    this.#nicks.set(room, nick)
    this.#crowds.begin(room)
    this.#set(room, { joined: { kind: 'joining' } })
    // The archive has the history, with the names that it gives (XEP-0313); a room's own has them not.
    const history = new Element(MUC, 'history', { maxstanzas: '0' })
    const key = password === undefined || password === '' ? [] : [new Element(MUC, 'password', {}, [password])]
    this.#present(room, nick, [new Element(MUC, 'x', {}, [...key, history])])
  }

  async join(room: string, name: string | undefined, password?: string): Promise<void> {
    this.dismiss(room)
    this.enter(room, this.#ownNick(room), password ?? this.#bookmarks.passwordOf(room))
    this.#set(room, { isBookmarked: true })
    if (name !== undefined) this.#timelines.set(room, { name })
    const nick = this.#ownNick(room)
    await this.#bookmarks.put(room, {
      nick,
      autojoin: 'true',
      ...(name !== undefined && { name }),
      ...(password !== undefined && { password }),
    })
  }

  /** Settles when one is inside: whether the room was made by that, and waits for its form (§10.1.3). */
  async make(room: string, name: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#making.set(room, resolve)
    try {
      this.enter(room)
      this.#timelines.set(room, { name })
      return await promise
    } finally {
      this.#making.delete(room)
    }
  }

  async leave(room: string): Promise<void> {
    this.#desk.send(new Element(CLIENT, 'presence', { to: `${room}/${this.#ownNick(room)}`, type: 'unavailable' }))
    this.#crowds.end(room)
    this.#set(room, { joined: { kind: 'outside' }, isBookmarked: false, voiceRequests: [] })
    await this.#bookmarks.remove(room)
  }

  async notify(room: string, notify: Conversation['notify']): Promise<void> {
    this.#timelines.set(room, { notify })
    await this.#bookmarks.notify(room, notify)
  }

  /** One's name or presence is another: said in all rooms one is in (§7.7). */
  say(): void {
    for (const { address, room } of Object.values(this.#desk.state.conversations))
      if (room?.joined.kind === 'inside') this.#present(address, room.joined.nick, [])
  }

  subject(room: string, subject: string): void {
    if (this.#desk.state.conversations[room]?.room) this.#set(room, { subject })
  }

  invited(room: string, from: string, reason: string | undefined, isMediated: boolean): void {
    const { invitations, conversations, blocked } = this.#desk.state
    if (!room.includes('@') || conversations[room]?.room?.isBookmarked || invitations.some(one => one.room === room)) return
    if (blocked.includes(from) || invitations.length >= MOST_INVITATIONS) return
    this.#desk.set('invitations', [...invitations, { room, from, reason, isMediated }])
  }

  dismiss(room: string): void {
    this.#desk.set(
      'invitations',
      this.#desk.state.invitations.filter(one => one.room !== room),
    )
  }

  /** Whether the message was of a room, and no talk. */
  hearMessage(stanza: Element): boolean {
    const { from = '', type } = stanza.attributes
    const codes = stanza.child(MUC_USER, 'x')?.childrenNamed(MUC_USER, 'status') ?? []
    if (type === 'groupchat' && codes.some(({ attributes }) => CHANGED.has(attributes['code'] ?? ''))) void this.ask(from)
    return this.care.hear(stanza)
  }

  /** Whether the presence was of a room that one is in, or tried to enter. */
  hearPresence(stanza: Element): boolean {
    const room = bareOf(stanza.attributes['from'] ?? '')
    const nick = resourceOf(stanza.attributes['from'] ?? '')
    if (!this.#crowds.isKnown(room)) return false
    if (stanza.attributes['type'] === 'error') {
      const { condition, text } = StanzaError.from(stanza.child(CLIENT, 'error'))
      if (this.#desk.state.conversations[room]?.room?.joined.kind === 'joining')
        this.#set(room, { joined: { kind: 'refused', condition, why: text } })
      this.#making.get(room)?.(false)
      return true
    }
    const info = stanza.child(MUC_USER, 'x')
    if (nick !== undefined && info) this.#occupant(room, nick, stanza, UserInfo.read(info))
    return true
  }

  /** What the room says of itself. */
  async ask(room: string): Promise<void> {
    const info = await this.service.about(room).catch((error: unknown) => {
      if (error instanceof StanzaError) return undefined
      throw error
    })
    if (!info) return
    const { name, ...about } = info
    this.#set(room, about)
    const notify = this.#bookmarks.notifyOf(room) ?? usualNotify(about.features)
    this.#timelines.set(room, { notify, ...(name !== undefined && name !== '' && { name }) })
  }

  #occupant(room: string, nick: string, stanza: Element, info: UserInfo): void {
    const { item, statuses } = info
    const codes = new Set(statuses.map(({ code }) => code))
    const isSelf = codes.has('110') || nick === this.nickIn(room)
    if (stanza.attributes['type'] === 'unavailable') {
      this.#crowds.gone(room, nick)
      // §7.6: a new name is no leaving.
      if (isSelf && codes.has('303') && item?.nick !== undefined) this.#nicks.set(room, item.nick)
      else if (isSelf) this.#left(room, codes, info)
      return
    }
    const { name, role, affiliation, id } = this.#crowds.came(room, nick, stanza, item)
    const making = this.#making.get(room)
    if (codes.has('201') && !making) void this.#configure(room)
    if (!codes.has('110')) return
    this.#nicks.set(room, nick)
    const isNews = this.#desk.state.conversations[room]?.room?.joined.kind !== 'inside'
    this.#set(room, { joined: { kind: 'inside', nick }, role, affiliation, ownId: id })
    if (isNews && !codes.has('201')) void this.ask(room)
    // One's name was not known yet when one came in.
    const { ownName } = this.#desk.state
    if (isNews && ownName !== undefined && ownName !== name && ownName !== nick) this.#present(room, nick, [])
    making?.(codes.has('201'))
  }

  /** §10.1.2: a room that one made is locked until it is configured; it gets its name, and lasts. */
  async #configure(room: string): Promise<void> {
    const name = this.#desk.state.conversations[room]?.name ?? localOf(room)
    const field = (short: string, value: string) => formField(`muc#roomconfig_${short}`, { values: [value] })
    const form = namedForm('submit', ROOM_CONFIG, [field('roomname', name), field('persistentroom', '1'), field('publicroom', '1')])
    try {
      await this.care.configure(room, form)
      await this.ask(room)
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      this.#set(room, { joined: { kind: 'refused', condition: error.condition, why: error.text } })
    }
  }

  #left(room: string, codes: ReadonlySet<string>, { item, destroy }: UserInfo): void {
    const was = this.#desk.state.conversations[room]?.room
    this.#crowds.end(room)
    this.#set(room, { voiceRequests: [] })
    const condition = destroy
      ? 'destroyed'
      : codes.has('301')
        ? 'banned'
        : codes.has('321') || codes.has('322')
          ? 'members-only'
          : codes.has('307') && !codes.has('333')
            ? 'kicked'
            : undefined
    if (condition !== undefined) {
      const [why, alternative] = [destroy ? destroy.reason : item?.reason, destroy?.jid]
      return this.#set(room, { joined: { kind: 'refused', condition, why, alternative } })
    }
    this.#set(room, { joined: { kind: 'outside' } })
    // §7.2.18, 333: the room lost us. Whoever did not mean to leave comes back.
    if (codes.has('333') && was?.isBookmarked) this.enter(room)
  }

  /** How one is now, said in each room that one is in (§7.7). */
  sayPresence(): void {
    for (const { address, room } of Object.values(this.#desk.state.conversations))
      if (room?.joined.kind === 'inside') this.#present(address, room.joined.nick, [])
  }

  #take(marked: readonly Marked[]): void {
    for (const { room, name, nick, isJoined, notify } of marked) {
      if (nick !== undefined) this.#nicks.set(room, nick)
      const known = this.#timelines.conversation(room, 'room')
      this.#timelines.set(room, { name: name ?? known.name, notify: notify ?? known.notify })
      this.#set(room, { isBookmarked: isJoined })
    }
  }

  /** With the name that people are to see, whatever the nickname (XEP-0172 §4.1). */
  #present(room: string, nick: string, more: readonly Element[]): void {
    const { ownName } = this.#desk.state
    const name = ownName === undefined ? [] : [new Element(NICK, 'nick', {}, [ownName])]
    this.#desk.send(presenceElement(this.#people.own, { to: `${room}/${nick}` }, [...name, ...more]))
  }

  #set(room: string, changes: Partial<RoomState>): void {
    this.#desk.set('conversations', room, 'room', (before: RoomState | undefined) => ({ ...NO_ROOM, who: {}, ...before, ...changes }))
  }

  #ownNick(room: string): string {
    return this.#nicks.get(room) ?? localOf(this.#desk.own)
  }
}
