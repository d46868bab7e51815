/** Nodes of publish-subscribe (XEP-0060) and what they hold: as a repository. */

/** Whose nodes: the localpart of an account (XEP-0163), or `@` and the domain of a service. */
export type NodeOwner = string

export interface SubscriptionRecord {
  readonly subid: string
  /** Who is subscribed, an account or a device, and the bare address of it. */
  readonly jid: string
  readonly bare: string
  readonly state: 'pending' | 'subscribed'
  /** As JSON, for whoever wrote it. */
  readonly options: string
}

export interface ItemRecord {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Address of the device that published it. */
  readonly publisher: string
  /** One element, as XML text; empty when there is none. */
  readonly payload: string
}

/** Of the newest item a longer payload is not loaded with its node. */
export const LONG_PAYLOAD = 4096

/** Without its payload when that is long. */
export interface LastItem extends Omit<ItemRecord, 'payload'> {
  readonly payload: string | undefined
}

export interface NodeHead {
  readonly name: string
  /** A bare address. */
  readonly creator: string
  readonly createdAt: number
  /** As JSON, for whoever wrote it. */
  readonly config: string
  /** How many seconds items last; undefined for ever. */
  readonly expire: number | undefined
}

export interface NodeSize {
  readonly items: number
  /** Of their payloads, in UTF-8. */
  readonly bytes: number
}

export interface NodeRecord extends NodeHead, NodeSize {
  /** By bare address. */
  readonly affiliations: ReadonlyMap<string, string>
  readonly subscriptions: readonly SubscriptionRecord[]
  /** The newest. */
  readonly last: LastItem | undefined
}

/** Items that went, by id, and what is left. */
export interface NodeChange extends NodeSize {
  readonly removed: readonly string[]
  readonly last: LastItem | undefined
}

export interface ItemQuery {
  readonly owner: NodeOwner
  readonly node: string
  /** Only these, in no order. */
  readonly ids?: readonly string[] | undefined
  /** Oldest first; the page after or before an item; `last` is the last page. */
  readonly after?: string | undefined
  readonly before?: string | undefined
  readonly isLast?: boolean | undefined
  /** How many to pass over from the oldest on. */
  readonly skip?: number | undefined
  /** Not what is from before, in milliseconds since 1970. */
  readonly since?: number | undefined
  readonly max: number
  /** A page ends before it has more; one item is always in it. */
  readonly mostBytes: number
}

export interface ItemPage {
  readonly items: readonly ItemRecord[]
  readonly count: number
  /** How many are before the first. */
  readonly index: number
  /** False when `after` or `before` names an item that is not there. */
  readonly found: boolean
}

export interface OwnSubscription {
  readonly node: string
  readonly subscription: SubscriptionRecord
}

export interface Nodes {
  /** All of an owner, or the one of that name. */
  load(owner: NodeOwner, name?: string): Promise<readonly NodeRecord[]>
  /** Names, in order, after one; with the configuration. */
  list(owner: NodeOwner, after: string | undefined, limit: number): Promise<readonly NodeHead[]>
  count(owner: NodeOwner): Promise<number>
  /** How many of an owner somebody made. */
  countBy(owner: NodeOwner, creator: string): Promise<number>
  /** Makes it, or changes its configuration. */
  put(owner: NodeOwner, node: NodeHead): Promise<void>
  remove(owner: NodeOwner, name: string): Promise<void>
  /** Undefined takes it away. */
  setAffiliation(owner: NodeOwner, name: string, bare: string, affiliation: string | undefined): Promise<void>
  putSubscription(owner: NodeOwner, name: string, subscription: SubscriptionRecord): Promise<void>
  removeSubscription(owner: NodeOwner, name: string, subid: string): Promise<void>
  /** Replaces items of the same id, then keeps the newest `keep`; `removed` are those that went for that. */
  publish(owner: NodeOwner, name: string, items: readonly ItemRecord[], keep: number): Promise<NodeChange>
  /** Undefined takes all. */
  retract(owner: NodeOwner, name: string, ids: readonly string[] | undefined): Promise<NodeChange>
  items(query: ItemQuery): Promise<ItemPage>
  /** At all nodes of an owner. */
  subscriptionsOf(owner: NodeOwner, bare: string): Promise<readonly OwnSubscription[]>
  affiliationsOf(owner: NodeOwner, bare: string): Promise<ReadonlyMap<string, string>>
  /** Takes away items that are past their time; gives whose nodes they were at. */
  expire(now: number): Promise<readonly { readonly owner: NodeOwner; readonly node: string }[]>
  /** Somebody is no more: ends what they were at other people's nodes. */
  forget(bare: string): Promise<void>
}
