/** What one does about a room and its people (XEP-0045 §7.8–§10): invite, moderate, decide what it is, end it. All of it may be refused. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { MarkDisplayed } from '@plodge/xmpp/xeps/chat-markers.ts'
import { DataForm, formField, formType, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import {
  type Affiliation,
  AskConfiguration,
  AskItemsOfRoom,
  ChangeItems,
  Configure,
  Moderate,
  MUC_USER,
  NO_USER_INFO,
  UserInfo,
  VOICE_REQUEST,
} from '@plodge/xmpp/xeps/muc.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { bareOf } from '../model/address.ts'
import type { Deed } from '../model/offices.ts'
import type { RoomState } from '../state/state.ts'
import type { Desk } from './desk.ts'
import { Told } from './told.ts'

const NO_ITEM = { affiliation: undefined, jid: undefined, nick: undefined, role: undefined, actor: undefined, reason: undefined }
const MOST_WAITING = 50
const LONGEST_REASON = 1000

export interface Somebody {
  readonly nick: string | undefined
  /** Undefined where only moderators know. */
  readonly address: string | undefined
}

export interface Affiliated {
  readonly address: string
  readonly affiliation: Affiliation
}

export class RoomCare {
  readonly #desk: Desk
  readonly #told: Told

  constructor(desk: Desk) {
    this.#desk = desk
    this.#told = new Told(desk)
  }

  get told(): Told {
    return this.#told
  }

  /** Those with an affiliation, as far as one may know them. */
  async affiliated(room: string, isOffice: boolean): Promise<readonly Affiliated[]> {
    const wanted: readonly Affiliation[] = isOffice ? ['owner', 'admin', 'member', 'outcast'] : ['owner', 'admin', 'member']
    const lists = await Promise.all(
      wanted.map(affiliation =>
        this.#desk.questions.ask(AskItemsOfRoom, { items: [{ ...NO_ITEM, affiliation }] }, room).catch((error: unknown) => {
          if (error instanceof StanzaError) return { items: [] }
          throw error
        }),
      ),
    )
    return lists.flatMap(({ items }, at) =>
      items.flatMap(({ jid }) => (jid === undefined ? [] : [{ address: bareOf(jid), affiliation: wanted[at] ?? 'none' }])),
    )
  }

  /** Roles are of those who are inside, by nickname; affiliations of people, by address where it is known (§9.3). */
  async do(room: string, deed: Deed, { nick, address }: Somebody, reason = ''): Promise<void> {
    const why = reason.trim() === '' ? undefined : reason.trim().slice(0, LONGEST_REASON)
    const item =
      deed.kind === 'role'
        ? { ...NO_ITEM, nick, role: deed.to, reason: why }
        : { ...NO_ITEM, ...(address === undefined ? { nick } : { jid: address }), affiliation: deed.to, reason: why }
    await this.#desk.questions.ask(ChangeItems, { items: [item] }, room)
    if (deed.kind === 'affiliation') this.#listsChanged(room)
  }

  /** §7.8.2. */
  async invite(room: string, people: readonly string[], reason: string): Promise<void> {
    const why = reason.trim() === '' ? undefined : reason.trim().slice(0, LONGEST_REASON)
    const invites = people.map(to => ({ to, from: undefined, reason: why, continue: undefined }))
    await this.#told.send({ to: room }, [UserInfo.write({ ...NO_USER_INFO, invites })])
    // §9.5: a room for members has new ones now.
    this.#listsChanged(room)
  }

  /** §7.8.2: whoever invited is told. */
  async decline(room: string, to: string, reason: string): Promise<void> {
    const decline = { to, from: undefined, reason: reason.trim() === '' ? undefined : reason.trim() }
    await this.#told.send({ to: room }, [UserInfo.write({ ...NO_USER_INFO, decline })])
  }

  /** §8.1. */
  async topic(room: string, subject: string): Promise<void> {
    await this.#told.send({ to: room, type: 'groupchat' }, [new Element(CLIENT, 'subject', {}, subject === '' ? [] : [subject])])
  }

  /** XEP-0333 §4.3, where the room keeps who has read what. */
  async acknowledge(room: string, archive: string): Promise<void> {
    await this.#told.send({ to: room, type: 'groupchat' }, [MarkDisplayed.write({ id: archive })])
  }

  /** The room has it that one has read so far. */
  acknowledged(room: string, archive: string): void {
    const known = this.#roomOf(room)?.readUpTo
    if (/^\d{1,16}$/.test(archive) && (known === undefined || Number(known) < Number(archive))) this.#set(room, { readUpTo: archive })
  }

  /** XEP-0425 §4. */
  async takeBack(room: string, archive: string, reason: string): Promise<void> {
    const why = reason.trim() === '' ? undefined : reason.trim().slice(0, LONGEST_REASON)
    await this.#desk.questions.ask(Moderate, { id: archive, retract: {}, reason: why }, room)
  }

  /** §7.13. */
  async askForVoice(room: string): Promise<void> {
    const form = namedForm('submit', VOICE_REQUEST, [formField('muc#role', { type: 'list-single', values: ['participant'] })])
    await this.#told.send({ to: room }, [DataForm.write(form)])
  }

  /** §8.6. */
  async answerVoice(room: string, nick: string, isGiven: boolean): Promise<void> {
    this.#set(room, { voiceRequests: (this.#roomOf(room)?.voiceRequests ?? []).filter(one => one !== nick) })
    if (isGiven) await this.do(room, { kind: 'role', to: 'participant' }, { nick, address: undefined })
  }

  async form(room: string): Promise<DataForm | undefined> {
    return (await this.#desk.questions.ask(AskConfiguration, { form: undefined, destroy: undefined }, room)).form
  }

  async configure(room: string, form: DataForm): Promise<void> {
    await this.#desk.questions.ask(Configure, { form, destroy: undefined }, room)
  }

  /** §10.9. */
  async destroy(room: string, alternative: string | undefined, reason: string): Promise<void> {
    const destroy = { jid: alternative, password: undefined, reason: reason.trim() === '' ? undefined : reason.trim() }
    await this.#desk.questions.ask(Configure, { form: undefined, destroy }, room)
  }

  /** Whether the message was about one of these: a refusal, a wish for voice, somebody who does not come. */
  hear(stanza: Element): boolean {
    if (this.#told.hear(stanza)) return true
    const room = bareOf(stanza.attributes['from'] ?? '')
    const now = this.#roomOf(room)
    if (!now || stanza.attributes['from'] !== room) return false
    const form = stanza.child(DataForm.ns, DataForm.name)
    if (form) return this.#voiceAsked(room, DataForm.read(form), now)
    const decline = stanza.child(MUC_USER, 'x')?.child(MUC_USER, 'decline')
    if (!decline) return false
    const who = bareOf(decline.attributes['from'] ?? '')
    const reason = decline.child(MUC_USER, 'reason')?.text.slice(0, LONGEST_REASON) ?? ''
    if (now.declines.length < MOST_WAITING) this.#set(room, { declines: [...now.declines, { who, reason }] })
    return true
  }

  forgetDeclines(room: string): void {
    this.#set(room, { declines: [] })
  }

  #voiceAsked(room: string, form: DataForm, { voiceRequests }: RoomState): boolean {
    if (formType(form) !== VOICE_REQUEST) return false
    const nick = form.fields.find(({ name }) => name === 'muc#roomnick')?.values[0]
    if (nick !== undefined && !voiceRequests.includes(nick) && voiceRequests.length < MOST_WAITING)
      this.#set(room, { voiceRequests: [...voiceRequests, nick] })
    return true
  }

  #listsChanged(room: string): void {
    this.#set(room, { lists: (this.#roomOf(room)?.lists ?? 0) + 1 })
  }

  #roomOf(room: string): RoomState | undefined {
    return this.#desk.state.conversations[room]?.room
  }

  #set(room: string, changes: Partial<RoomState>): void {
    if (this.#roomOf(room)) this.#desk.set('conversations', room, 'room', changes)
  }
}
