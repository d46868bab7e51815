/** Nodes of publish-subscribe, for as long as a test lasts. */
import { LONG_PAYLOAD } from '@plodge/server/storage/node-records.ts'
import type {
  ItemPage,
  ItemQuery,
  ItemRecord,
  LastItem,
  NodeChange,
  NodeHead,
  NodeOwner,
  NodeRecord,
  Nodes,
  OwnSubscription,
  SubscriptionRecord,
} from '@plodge/server/storage/repositories.ts'

interface Kept {
  head: NodeHead
  readonly affiliations: Map<string, string>
  readonly subscriptions: Map<string, SubscriptionRecord>
  /** Oldest first. */
  items: ItemRecord[]
}

export class MemoryNodes implements Nodes {
  readonly #owners = new Map<NodeOwner, Map<string, Kept>>()

  async load(owner: NodeOwner, name?: string): Promise<readonly NodeRecord[]> {
    const wanted = this.#of(owner).filter(({ head }) => name === undefined || head.name === name)
    return wanted.map(recordOf)
  }

  async list(owner: NodeOwner, after: string | undefined, limit: number): Promise<readonly NodeHead[]> {
    const heads = this.#of(owner).map(({ head }) => head)
    return heads.filter(({ name }) => name > (after ?? '')).slice(0, limit)
  }

  async count(owner: NodeOwner): Promise<number> {
    return this.#of(owner).length
  }

  async countBy(owner: NodeOwner, creator: string): Promise<number> {
    return this.#of(owner).filter(({ head }) => head.creator === creator).length
  }

  async put(owner: NodeOwner, head: NodeHead): Promise<void> {
    const nodes = this.#owners.get(owner) ?? new Map<string, Kept>()
    const known = nodes.get(head.name)
    if (known) known.head = head
    else nodes.set(head.name, { head, affiliations: new Map(), subscriptions: new Map(), items: [] })
    this.#owners.set(owner, nodes)
  }

  async remove(owner: NodeOwner, name: string): Promise<void> {
    this.#owners.get(owner)?.delete(name)
  }

  async setAffiliation(owner: NodeOwner, name: string, bare: string, affiliation: string | undefined): Promise<void> {
    const affiliations = this.#owners.get(owner)?.get(name)?.affiliations
    if (affiliation === undefined) affiliations?.delete(bare)
    else affiliations?.set(bare, affiliation)
  }

  async putSubscription(owner: NodeOwner, name: string, subscription: SubscriptionRecord): Promise<void> {
    this.#owners.get(owner)?.get(name)?.subscriptions.set(subscription.subid, subscription)
  }

  async removeSubscription(owner: NodeOwner, name: string, subid: string): Promise<void> {
    this.#owners.get(owner)?.get(name)?.subscriptions.delete(subid)
  }

  async publish(owner: NodeOwner, name: string, items: readonly ItemRecord[], keep: number): Promise<NodeChange> {
    const node = this.#owners.get(owner)?.get(name)
    if (!node) return changeOf([], [])
    const ids = new Set(items.map(({ id }) => id))
    const all = [...node.items.filter(({ id }) => !ids.has(id)), ...items]
    node.items = all.slice(Math.max(0, all.length - keep))
    return changeOf(
      all.slice(0, Math.max(0, all.length - keep)).map(({ id }) => id),
      node.items,
    )
  }

  async retract(owner: NodeOwner, name: string, ids: readonly string[] | undefined): Promise<NodeChange> {
    const node = this.#owners.get(owner)?.get(name)
    if (!node) return changeOf([], [])
    const isMeant = ({ id }: ItemRecord): boolean => !ids || ids.includes(id)
    const removed = node.items.filter(isMeant).map(({ id }) => id)
    node.items = node.items.filter(item => !isMeant(item))
    return changeOf(removed, node.items)
  }

  async items({ owner, node, ids, after, before, isLast = false, skip = 0, since = 0, max, mostBytes }: ItemQuery): Promise<ItemPage> {
    const all = (this.#owners.get(owner)?.get(node)?.items ?? []).filter(({ at }) => at >= since)
    if (ids) {
      const items = ids.flatMap(id => all.find(item => item.id === id) ?? [])
      return { items: fitting(items, mostBytes), count: items.length, index: 0, found: true }
    }
    const placeOf = (id: string): number => all.findIndex(item => item.id === id)
    if ([after, before].some(id => id !== undefined && placeOf(id) < 0)) return { items: [], count: all.length, index: 0, found: false }
    const range = all.slice(after === undefined ? 0 : placeOf(after) + 1, before === undefined ? all.length : placeOf(before))
    const isBackward = isLast || before !== undefined
    const chosen = isBackward ? range.toReversed().slice(0, max) : range.slice(skip, skip + max)
    const items = fitting(chosen, mostBytes)
    if (isBackward) items.reverse()
    return { items, count: all.length, index: items[0] ? placeOf(items[0].id) : 0, found: true }
  }

  async subscriptionsOf(owner: NodeOwner, bare: string): Promise<readonly OwnSubscription[]> {
    return this.#of(owner).flatMap(({ head, subscriptions }) =>
      [...subscriptions.values()].filter(one => one.bare === bare).map(subscription => ({ node: head.name, subscription })),
    )
  }

  async affiliationsOf(owner: NodeOwner, bare: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>()
    for (const { head, affiliations } of this.#of(owner)) {
      const affiliation = affiliations.get(bare)
      if (affiliation !== undefined) found.set(head.name, affiliation)
    }
    return found
  }

  async expire(now: number): Promise<readonly { readonly owner: NodeOwner; readonly node: string }[]> {
    const changed: { owner: NodeOwner; node: string }[] = []
    for (const owner of this.#owners.keys())
      for (const node of this.#of(owner)) {
        const { expire, name } = node.head
        const left = node.items.filter(({ at }) => expire === undefined || at > now - expire * 1000)
        if (left.length < node.items.length) changed.push({ owner, node: name })
        node.items = left
      }
    return changed
  }

  async forget(bare: string): Promise<void> {
    for (const nodes of this.#owners.values())
      for (const { affiliations, subscriptions } of nodes.values()) {
        affiliations.delete(bare)
        for (const one of subscriptions.values()) if (one.bare === bare) subscriptions.delete(one.subid)
      }
  }

  /** The account is removed. */
  drop(owner: NodeOwner): void {
    this.#owners.delete(owner)
  }

  /** In order of name. */
  #of(owner: NodeOwner): readonly Kept[] {
    return [...(this.#owners.get(owner)?.values() ?? [])].sort((one, other) => (one.head.name < other.head.name ? -1 : 1))
  }
}

const recordOf = ({ head, affiliations, subscriptions, items }: Kept): NodeRecord => ({
  ...head,
  ...sizeOf(items),
  affiliations: new Map(affiliations),
  subscriptions: [...subscriptions.values()],
  last: lastOf(items),
})

const sizeOf = (items: readonly ItemRecord[]): { items: number; bytes: number } => ({
  items: items.length,
  bytes: items.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0),
})

const changeOf = (removed: readonly string[], items: readonly ItemRecord[]): NodeChange => ({
  removed,
  ...sizeOf(items),
  last: lastOf(items),
})

function fitting(items: readonly ItemRecord[], mostBytes: number): ItemRecord[] {
  const fit: ItemRecord[] = []
  let bytes = 0
  for (const item of items) {
    bytes += item.payload.length
    if (bytes > mostBytes && fit.length > 0) break
    fit.push(item)
  }
  return fit
}

function lastOf(items: readonly ItemRecord[]): LastItem | undefined {
  const last = items.at(-1)
  return last && { ...last, payload: Buffer.byteLength(last.payload) > LONG_PAYLOAD ? undefined : last.payload }
}
