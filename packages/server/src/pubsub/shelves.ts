/**
 * Nodes in memory while they are used, and written through. A shelf is all nodes of an account, or one node of a service: what is loaded,
 * and forgotten, together. Bounded by what the shelves weigh; the empty ones of people who have no nodes share one.
 */
import { type Now, andThen } from '../routing/now.ts'
import type { ItemPage, ItemQuery, ItemRecord, NodeChange, NodeOwner, Nodes } from '../storage/repositories.ts'
import { headOf, LONGEST_NAME, type Node, nodeFrom } from './node.ts'

type Shelf = ReadonlyMap<string, Node>

const EMPTY: Shelf = new Map()
/** Characters, about. */
const MOST_WEIGHT = 64 * 1024 * 1024
const SHELF_WEIGHT = 150
const NODE_WEIGHT = 800
const PERSON_WEIGHT = 200

export class Shelves {
  readonly #nodes: Nodes
  readonly #most: number
  /** What was read or changed last is last: the first is the one to forget. */
  readonly #known = new Map<string, Shelf>()
  readonly #loading = new Map<string, Promise<Shelf>>()
  #weight = 0

  constructor(nodes: Nodes, { most = MOST_WEIGHT } = {}) {
    this.#nodes = nodes
    this.#most = most
  }

  find(owner: NodeOwner, name: string): Now<Node | undefined> {
    // No node has such a name, and nobody shall fill the memory with names.
    if (name.length > LONGEST_NAME) return undefined
    return andThen(this.#shelf(keyOf(owner, name)), shelf => shelf.get(name))
  }

  /** Of an account. */
  all(owner: NodeOwner): Now<ReadonlyMap<string, Node>> {
    return this.#shelf(keyOf(owner, ''))
  }

  /** Makes a node or gives it another configuration; takes effect at once, settles when it is on disk. */
  save(owner: NodeOwner, node: Node): Promise<void> {
    return this.#written(owner, node.name, node, this.#nodes.put(owner, headOf(owner, node)))
  }

  remove(owner: NodeOwner, name: string): Promise<void> {
    return this.#written(owner, name, undefined, this.#nodes.remove(owner, name))
  }

  /** A change of who is what to the node, by what the repository does for it. */
  change(owner: NodeOwner, node: Node, write: (nodes: Nodes) => Promise<void>): Promise<void> {
    return this.#written(owner, node.name, node, write(this.#nodes))
  }

  async publish(owner: NodeOwner, node: Node, items: readonly ItemRecord[], keep: number): Promise<NodeChange> {
    return this.#counted(owner, node, await this.#nodes.publish(owner, node.name, items, keep))
  }

  /** Undefined takes all. */
  async retract(owner: NodeOwner, node: Node, ids: readonly string[] | undefined): Promise<NodeChange> {
    return this.#counted(owner, node, await this.#nodes.retract(owner, node.name, ids))
  }

  items(query: ItemQuery): Promise<ItemPage> {
    return this.#nodes.items(query)
  }

  /** What the repository knows of all nodes of an owner. */
  get kept(): Pick<Nodes, 'list' | 'countBy' | 'subscriptionsOf' | 'affiliationsOf'> {
    return this.#nodes
  }

  /** The next one who asks reads it anew. */
  forget(owner: NodeOwner, name = ''): void {
    const key = keyOf(owner, name)
    this.#weight -= weightOf(key, this.#known.get(key))
    this.#known.delete(key)
    this.#loading.delete(key)
  }

  /** They are no more: neither their nodes nor what they were at others'. */
  async forgetPeople(bares: readonly string[]): Promise<void> {
    await Promise.all(bares.map(bare => this.#nodes.forget(bare)))
    // They may be at any node; this is rare.
    this.#known.clear()
    this.#loading.clear()
    this.#weight = 0
  }

  /** Items that are past their time go. */
  async expire(now: number): Promise<void> {
    for (const { owner, node } of await this.#nodes.expire(now)) this.forget(owner, node)
  }

  #counted(owner: NodeOwner, { name }: Node, change: NodeChange): NodeChange {
    const known = this.#known.get(keyOf(owner, name))?.get(name)
    const { items, bytes, last } = change
    if (known) this.#set(owner, name, { ...known, items, bytes, last })
    return change
  }

  async #written(owner: NodeOwner, name: string, node: Node | undefined, written: Promise<void>): Promise<void> {
    this.#set(owner, name, node)
    try {
      await written
    } catch (error) {
      // What is not on disk must not stay in memory as if it were.
      this.forget(owner, name)
      throw error
    }
  }

  #set(owner: NodeOwner, name: string, node: Node | undefined): void {
    const key = keyOf(owner, name)
    const before = this.#known.get(key)
    if (!before) {
      // Forgotten meanwhile: whoever asks next reads what was written, and what is being read may not have it.
      this.#loading.delete(key)
      return
    }
    const shelf = new Map(before)
    if (node) shelf.set(name, node)
    else shelf.delete(name)
    this.#keep(key, shelf)
  }

  #shelf(key: string): Now<Shelf> {
    const known = this.#known.get(key)
    return known ?? this.#loading.get(key) ?? this.#load(key)
  }

  async #load(key: string): Promise<Shelf> {
    const [owner = '', name] = key.split('\n')
    const loading = this.#nodes
      .load(owner, name)
      .then(records => (records.length === 0 ? EMPTY : new Map(records.map(record => [record.name, nodeFrom(owner, record)]))))
    this.#loading.set(key, loading)
    try {
      const shelf = await loading
      // What was written meanwhile is newer.
      const newer = this.#known.get(key)
      if (newer) return newer
      if (this.#loading.get(key) === loading) this.#keep(key, shelf)
      return shelf
    } finally {
      if (this.#loading.get(key) === loading) this.#loading.delete(key)
    }
  }

  #keep(key: string, shelf: Shelf): void {
    this.#weight += weightOf(key, shelf) - weightOf(key, this.#known.get(key))
    this.#known.delete(key)
    this.#known.set(key, shelf.size === 0 ? EMPTY : shelf)
    for (const [oldest, found] of this.#known) {
      if (this.#weight <= this.#most || oldest === key) break
      this.#weight -= weightOf(oldest, found)
      this.#known.delete(oldest)
    }
  }
}

/** An address has no line feed in it. */
const keyOf = (owner: NodeOwner, name: string): string => (owner.startsWith('@') ? `${owner}\n${name}` : owner)

function weightOf(key: string, shelf: Shelf | undefined): number {
  if (!shelf) return 0
  let weight = SHELF_WEIGHT + key.length
  for (const { name, last, affiliations, subscriptions } of shelf.values())
    weight += NODE_WEIGHT + name.length + (last?.payload?.length ?? 0) + PERSON_WEIGHT * (affiliations.size + subscriptions.length)
  return weight
}
