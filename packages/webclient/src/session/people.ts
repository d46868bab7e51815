/** Contacts (RFC 6121 §2), who asks to be one, and presence. Presence is of people only; that of a room's occupants is the room's. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { ROSTER, RosterGet, RosterItem, RosterQuery, RosterSet } from '@plodge/xmpp/xeps/roster.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { reconcile } from 'solid-js/store'
import { bareOf } from '../model/address.ts'
import { type Availability, OFFLINE, type Presence, best, presenceIn } from '../model/presence.ts'
import type { Person } from '../state/state.ts'
import type { Desk } from './desk.ts'

const MOST_REQUESTS = 100
const SHOW_MS = 100
const SUBSCRIPTIONS = ['none', 'to', 'from', 'both'] as const

export class People {
  readonly #desk: Desk
  readonly #devices = new Map<string, Map<string, Presence>>()
  readonly #due = new Map<string, Presence>()
  #capabilities: Element | undefined
  #own: { availability: Exclude<Availability, 'unknown' | 'offline'>; status: string } = { availability: 'available', status: '' }

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Who they are was kept; how they are nobody knows. */
  restore(people: readonly Person[]): void {
    this.#desk.set('people', Object.fromEntries(people.map(person => [person.address, person])))
  }

  async load(): Promise<void> {
    const query = await this.#desk.questions.ask(RosterGet, { ver: '', items: [] })
    if (!query) return
    const people = RosterQuery.read(query).items.map(personOf)
    this.#desk.set('people', reconcile(Object.fromEntries(people.map(person => [person.address, person]))))
    for (const person of people) this.#notHere(person)
  }

  /** Of somebody whose presence one may see, silence says that they are not here (RFC 6121 §4.3.2). */
  #notHere({ address, subscription }: Person): void {
    const isShared = subscription === 'to' || subscription === 'both'
    if (isShared && !this.#devices.has(address)) this.#desk.set('presences', address, { ...OFFLINE })
  }

  /** A change that some device made (RFC 6121 §2.1.6): only one's own server says so. */
  push(iq: Element): boolean {
    const query = iq.child(ROSTER, 'query')
    const { from, type } = iq.attributes
    if (!query || type !== 'set' || (from !== undefined && from !== this.#desk.own)) return false
    for (const item of RosterQuery.read(query).items) {
      const gone = item.subscription === 'remove'
      this.#desk.set('people', item.jid, gone ? (undefined as unknown as Person) : personOf(item))
      if (gone) this.#desk.set('presences', item.jid, undefined as unknown as Presence)
      else this.#notHere(personOf(item))
    }
    return true
  }

  /** Nothing is known of anybody: a new session, in which the server tells it all again. */
  begin(capabilities: Element): void {
    this.#capabilities = capabilities
    this.#devices.clear()
    this.#due.clear()
    this.#desk.set('presences', Object.fromEntries(Object.keys(this.#desk.state.people).map(address => [address, { ...OFFLINE }])))
    this.#desk.send(this.#presence())
  }

  hear(stanza: Element): void {
    const { from, type } = stanza.attributes
    if (from === undefined) return
    const address = bareOf(from)
    if (type === 'subscribe') return this.#asked(address)
    if (type !== undefined && type !== 'unavailable') return
    const devices = this.#devices.get(address) ?? new Map<string, Presence>()
    const presence = presenceIn(stanza)
    // In the order in which they last said something.
    devices.delete(from)
    if (presence.availability !== 'offline') devices.set(from, presence)
    if (devices.size > 0) this.#devices.set(address, devices)
    else this.#devices.delete(address)
    const now = devices.size > 0 ? best(devices.values()) : presence
    if (address !== this.#desk.own) this.#show(address, now)
  }

  /** Presence comes in floods: it is shown ten times a second, whatever comes meanwhile. */
  #show(address: string, presence: Presence): void {
    if (this.#due.size === 0) setTimeout(() => this.#showDue(), SHOW_MS)
    this.#due.set(address, presence)
  }

  #showDue(): void {
    this.#desk.set('presences', Object.fromEntries(this.#due))
    this.#due.clear()
  }

  say(availability: Exclude<Availability, 'unknown' | 'offline'>, status: string): void {
    this.#own = { availability, status }
    // What this device says, not what is left of one that was closed a moment ago.
    this.#desk.set('ownPresence', { availability, status })
    // Before a session begins nobody hears it; its first presence says it.
    if (this.#capabilities) this.#desk.send(this.#presence())
  }

  /** For those who come to a room. */
  get own(): Readonly<{ availability: Availability; status: string }> {
    return this.#own
  }

  async add(address: string, name: string | undefined): Promise<void> {
    const item = { jid: address, name, subscription: undefined, ask: undefined, approved: undefined, groups: [] }
    await this.#desk.questions.ask(RosterSet, { ver: undefined, items: [item] })
    this.#to(address, 'subscribe')
  }

  async remove(address: string): Promise<void> {
    const item = { jid: address, name: undefined, subscription: 'remove', ask: undefined, approved: undefined, groups: [] }
    await this.#desk.questions.ask(RosterSet, { ver: undefined, items: [item] })
  }

  async accept(address: string): Promise<void> {
    this.#to(address, 'subscribed')
    this.#forget(address)
    const known = this.#desk.state.people[address]
    if (known?.subscription !== 'to' && known?.subscription !== 'both') await this.add(address, known?.name)
  }

  decline(address: string): void {
    this.#to(address, 'unsubscribed')
    this.#forget(address)
  }

  #asked(address: string): void {
    const { requests } = this.#desk.state
    if (!requests.includes(address) && requests.length < MOST_REQUESTS) this.#desk.set('requests', [...requests, address])
  }

  #forget(address: string): void {
    this.#desk.set(
      'requests',
      this.#desk.state.requests.filter(one => one !== address),
    )
  }

  #to(address: string, type: string): void {
    this.#desk.send(new Element(CLIENT, 'presence', { to: address, type }))
  }

  #presence(): Element {
    return presenceElement(this.#own, {}, this.#capabilities ? [this.#capabilities] : [])
  }
}

const SHOW: Readonly<Partial<Record<Availability, string>>> = { away: 'away', busy: 'dnd' }

export function presenceElement(
  { availability, status }: Readonly<{ availability: Availability; status: string }>,
  attributes: Readonly<Record<string, string>>,
  more: readonly Element[] = [],
): Element {
  const show = SHOW[availability]
  const children = [
    ...(show === undefined ? [] : [new Element(CLIENT, 'show', {}, [show])]),
    ...(status === '' ? [] : [new Element(CLIENT, 'status', {}, [status])]),
    ...more,
  ]
  return new Element(CLIENT, 'presence', attributes, children)
}

const personOf = ({ jid, name, groups, subscription, ask }: Value<typeof RosterItem>): Person => ({
  address: jid,
  name: name === undefined || name.trim() === '' ? undefined : name.trim().slice(0, 200),
  groups,
  subscription: SUBSCRIPTIONS.find(word => word === subscription) ?? 'none',
  isAsked: ask === 'subscribe',
})
