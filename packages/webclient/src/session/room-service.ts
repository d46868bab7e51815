/** Where rooms are: asked of the server (XEP-0030 §4.1), and remembered, so that the address of a room is known when the page opens; and which there are. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { BY_USERS, type Channel, SEARCH_PARAMS, SearchChannels } from '@plodge/xmpp/xeps/channel-search.ts'
import { AskInfo, AskItems, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { formField, formType, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { MUC, ROOM_INFO } from '@plodge/xmpp/xeps/muc.ts'
import { localOf } from '../model/address.ts'
import type { Desk } from './desk.ts'

const remembered = (domain: string): string => `rooms ${domain}`
const MOST_ASKED = 20
const LONGEST_NAME = 200
const LONGEST_DESCRIPTION = 2000

/** Until it is known: what it is called where nobody changed it. */
export function serviceAtFirst(domain: string): string {
  const known = globalThis.localStorage?.getItem(remembered(domain))
  return known ?? `group.${domain}`
}

export interface FoundRoom {
  readonly address: string
  readonly name: string
  readonly description: string
  /** Zero where it is not known, too. */
  readonly inside: number
  /** Undefined where it is not known. */
  readonly isOpen: boolean | undefined
}

export interface RoomInfo {
  readonly name: string | undefined
  readonly description: string
  readonly features: readonly string[]
  readonly maySetTopic: boolean
}

export class RoomService {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** One question where it is what one thinks it is; otherwise as many as there are services. */
  async look(): Promise<void> {
    const { domain, state, set } = this.#desk
    const { items } = await this.#desk.questions.ask(AskItems, { node: undefined }, domain)
    const services = items.map(({ jid }) => jid).filter(jid => !jid.includes('@'))
    const likely = services.filter(jid => jid === state.roomService)
    for (const service of [...likely, ...services.filter(jid => !likely.includes(jid))].slice(0, MOST_ASKED)) {
      if (!(await this.#hasRooms(service))) continue
      if (service !== state.roomService) set('roomService', service)
      globalThis.localStorage?.setItem(remembered(domain), service)
      return
    }
  }

  async #hasRooms(service: string): Promise<boolean> {
    try {
      const { features, identities } = await this.#desk.questions.ask(AskInfo, { node: undefined }, service)
      return features.includes(MUC) && identities.some(({ category, type }) => category === 'conference' && type === 'text')
    } catch (error) {
      if (error instanceof StanzaError) return false
      throw error
    }
  }

  /** The rooms there that one may know of (XEP-0045 §6.3), with what is known of the public ones (XEP-0433): those with most people first. */
  async find(): Promise<readonly FoundRoom[]> {
    const { questions, state } = this.#desk
    const [{ items }, channels] = await Promise.all([questions.ask(AskItems, { node: undefined }, state.roomService), this.#search()])
    const known = new Map(channels.map(channel => [channel.address, channel]))
    const rooms = items.map(({ jid, name }) => foundRoom(jid, name, known.get(jid)))
    return rooms.toSorted((one, other) => other.inside - one.inside || one.name.localeCompare(other.name))
  }

  /** None where rooms cannot be searched for. */
  async #search(): Promise<readonly Channel[]> {
    const form = namedForm('submit', SEARCH_PARAMS, [formField('all', { values: ['true'] }), formField('key', { values: [BY_USERS] })])
    try {
      return (await this.#desk.questions.ask(SearchChannels, { form, page: undefined }, this.#desk.state.roomService)).items
    } catch (error) {
      if (error instanceof StanzaError) return []
      throw error
    }
  }

  /** What a room says of itself (§6.4). Undefined where there is none. */
  async about(room: string): Promise<RoomInfo | undefined> {
    try {
      return infoOf(await this.#desk.questions.ask(AskInfo, { node: undefined }, room))
    } catch (error) {
      if (error instanceof StanzaError && error.condition === 'item-not-found') return undefined
      throw error
    }
  }
}

function foundRoom(address: string, name: string | undefined, channel: Channel | undefined): FoundRoom {
  return {
    address,
    name: (name ?? channel?.name ?? localOf(address)).slice(0, LONGEST_NAME),
    description: (channel?.description ?? '').slice(0, LONGEST_DESCRIPTION),
    inside: Number.parseInt(channel?.users ?? '0', 10) || 0,
    isOpen: channel && channel.isOpen !== 'false' && channel.isOpen !== '0',
  }
}

function infoOf({ identities, features, forms }: DiscoInfo): RoomInfo {
  const form = forms.find(one => formType(one) === ROOM_INFO)
  const value = (name: string): string | undefined => form?.fields.find(field => field.name === name)?.values[0]
  const mayChange = value('muc#roomconfig_changesubject') ?? value('muc#roominfo_changesubject')
  return {
    name: identities.find(({ category }) => category === 'conference')?.name?.slice(0, LONGEST_NAME),
    description: (value('muc#roominfo_description') ?? '').slice(0, LONGEST_DESCRIPTION),
    features,
    maySetTopic: mayChange === '1' || mayChange === 'true',
  }
}
