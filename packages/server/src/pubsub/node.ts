/** A node of publish-subscribe as a value (XEP-0060 §4): how it is configured, who is what to it, and its newest item. */
import type { LastItem, NodeHead, NodeOwner, NodeRecord, NodeSize, SubscriptionRecord } from '../storage/repositories.ts'
import { type NodeConfig, usualConfig } from './config.ts'
import { readConfig, writeConfig } from './config-form.ts'

/** Of a node's name, in characters. */
export const LONGEST_NAME = 1024

/** §4.1, the mightiest first. */
export const AFFILIATIONS = ['owner', 'publisher', 'publish-only', 'member', 'none', 'outcast'] as const
export type Affiliation = (typeof AFFILIATIONS)[number]

export interface SubscriptionOptions {
  /** False while it rests (`pubsub#deliver`). */
  readonly delivers: boolean
  /** Milliseconds since 1970; undefined for ever (`pubsub#expire`). */
  readonly expiresAt: number | undefined
}

export interface Subscription {
  readonly subid: string
  readonly jid: string
  readonly bare: string
  readonly state: 'pending' | 'subscribed'
  readonly options: SubscriptionOptions
}

export interface Node extends NodeSize {
  readonly name: string
  /** A bare address, like those of the affiliations. */
  readonly creator: string
  readonly createdAt: number
  readonly config: NodeConfig
  readonly affiliations: ReadonlyMap<string, Affiliation>
  readonly subscriptions: readonly Subscription[]
  readonly last: LastItem | undefined
}

const NOBODY: ReadonlyMap<string, Affiliation> = new Map()
const NO_SUBSCRIPTIONS: readonly Subscription[] = []

export const newNode = (name: string, creator: string, createdAt: number, config: NodeConfig): Node => ({
  name,
  creator,
  createdAt,
  config,
  affiliations: NOBODY,
  subscriptions: NO_SUBSCRIPTIONS,
  items: 0,
  bytes: 0,
  last: undefined,
})

export const affiliationOf = ({ affiliations, creator }: Node, bare: string): Affiliation =>
  affiliations.get(bare) ?? (creator === bare ? 'owner' : 'none')

/** Those that are not over. */
export const subscriptionsOf = ({ subscriptions }: Node, bare: string, now: number): readonly Subscription[] =>
  subscriptions.length === 0 ? subscriptions : subscriptions.filter(one => one.bare === bare && isRunning(one, now))

export const isRunning = ({ options: { expiresAt } }: Subscription, now: number): boolean => expiresAt === undefined || expiresAt > now

/** Of the newest item, when it is not past its time. */
export const lastOf = ({ last, config: { itemExpire } }: Node, now: number): LastItem | undefined =>
  last && last.at + itemExpire * 1000 > now ? last : undefined

export function nodeFrom(owner: NodeOwner, record: NodeRecord): Node {
  const { name, creator, createdAt, items, bytes, last, affiliations, subscriptions } = record
  return {
    name,
    creator,
    createdAt,
    config: readConfig(record.config, usualConfig(owner, name)),
    affiliations: affiliations.size === 0 ? NOBODY : (affiliations as ReadonlyMap<string, Affiliation>),
    subscriptions: subscriptions.length === 0 ? NO_SUBSCRIPTIONS : subscriptions.map(subscriptionFrom),
    items,
    bytes,
    last,
  }
}

export const headOf = (owner: NodeOwner, { name, creator, createdAt, config }: Node): NodeHead => ({
  name,
  creator,
  createdAt,
  config: writeConfig(config, usualConfig(owner, name)),
  expire: config.itemExpire === Infinity ? undefined : config.itemExpire,
})

const subscriptionFrom = ({ options, ...rest }: SubscriptionRecord): Subscription => {
  const { rests, until } = JSON.parse(options) as { rests?: boolean; until?: number }
  return { ...rest, options: { delivers: rests !== true, expiresAt: until } }
}

export const recordOf = ({ options: { delivers, expiresAt }, ...rest }: Subscription): SubscriptionRecord => ({
  ...rest,
  options: JSON.stringify({ ...(!delivers && { rests: true }), ...(expiresAt !== undefined && { until: expiresAt }) }),
})
