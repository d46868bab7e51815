/** Nodes of accounts for the server's own use: what people keep in them in one form, others want in another (XEP-0398, XEP-0402). */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { PUBSUB, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { Node } from './node.ts'
import type { Place } from './place.ts'
import { publish } from './publish.ts'
import { tellRetracted } from './telling.ts'

/** An account changed what is at the node; settles when all that follows from it is done. */
export type Follower = (account: Account) => Promise<void>

export interface OwnItem {
  readonly id: string
  readonly payload: Element
}

/** How a node is made that is not there yet: fields of its configuration, without `pubsub#`. */
export type OwnConfig = Readonly<Record<string, string>>

export class OwnNodes {
  /** Set by whoever serves accounts. */
  placeOf: ((account: Account) => Place) | undefined
  readonly #followers = new Map<string, readonly Follower[]>()

  /** Those of one node must commute. */
  follow(node: string, follower: Follower): void {
    this.#followers.set(node, [...(this.#followers.get(node) ?? []), follower])
  }

  /** Undefined where nobody cares. */
  changed(account: Account, node: string): Promise<void> | undefined {
    const followers = this.#followers.get(node)
    return followers && Promise.all(followers.map(follow => follow(account))).then(() => undefined)
  }

  async find(account: Account, node: string): Promise<Node | undefined> {
    const { shelves, owner } = this.#at(account)
    return shelves.find(owner, node)
  }

  /** All, oldest first; undefined when there is no such node. */
  async items(account: Account, node: string, ids?: readonly string[]): Promise<readonly OwnItem[] | undefined> {
    const { shelves, owner, limits } = this.#at(account)
    if (!(await shelves.find(owner, node))) return undefined
    const { items } = await shelves.items({ owner, node, ids, max: limits().nodeItems, mostBytes: Infinity })
    return items.filter(({ payload }) => payload !== '').map(({ id, payload }) => ({ id, payload: parse(payload) }))
  }

  /** Throws StanzaError where it cannot be; followers do not hear of it, everybody else does. */
  async publish(account: Account, node: string, items: readonly OwnItem[], config: OwnConfig): Promise<void> {
    if (items.length === 0) return
    const form = (await this.find(account, node)) ? undefined : optionsOf(config)
    const all = items.map(({ id, payload }) => ({ id, publisher: undefined, payloads: [payload] }))
    await publish(this.#at(account), account, pubsub({ publish: { node, items: all }, publishOptions: form && { form } }))
  }

  async retract(account: Account, node: string, ids: readonly string[]): Promise<void> {
    const place = this.#at(account)
    const found = await place.shelves.find(place.owner, node)
    if (!found || ids.length === 0) return
    const { removed } = await place.shelves.retract(place.owner, found, ids)
    tellRetracted(place, found, removed, true)
  }

  #at(account: Account): Place {
    if (!this.placeOf) throw new Error('accounts have no nodes here')
    return { ...this.placeOf(account), changed: () => undefined }
  }
}

const optionsOf = (config: OwnConfig): DataForm =>
  namedForm(
    'submit',
    `${PUBSUB}#publish-options`,
    Object.entries(config).map(([name, value]) => formField(`pubsub#${name}`, { values: [value] })),
  )
