/** How a node is configured (XEP-0060 §8.2), and what it is when nobody said. */
import type { NodeOwner } from '../storage/repositories.ts'

export const ACCESS_MODELS = ['open', 'presence', 'roster', 'authorize', 'whitelist'] as const
export type AccessModel = (typeof ACCESS_MODELS)[number]
export const PUBLISH_MODELS = ['publishers', 'subscribers', 'open'] as const
export type PublishModel = (typeof PUBLISH_MODELS)[number]
export const SEND_LAST = ['never', 'on_sub', 'on_sub_and_presence'] as const
export const NOTIFICATION_TYPES = ['normal', 'headline', 'chat'] as const
export const ITEM_REPLIES = ['owner', 'publisher'] as const

export interface NodeConfig {
  readonly title: string
  readonly description: string
  /** The namespace of its payloads; empty for any. */
  readonly type: string
  readonly accessModel: AccessModel
  readonly rosterGroups: readonly string[]
  readonly publishModel: PublishModel
  readonly persistItems: boolean
  /** Infinity is as many as the server allows (`max`). */
  readonly maxItems: number
  /** Seconds; Infinity is for ever. */
  readonly itemExpire: number
  /** Bytes; Infinity is as many as the server allows. */
  readonly maxPayload: number
  readonly sendLast: (typeof SEND_LAST)[number]
  readonly notifies: boolean
  readonly deliversPayloads: boolean
  readonly notifiesConfig: boolean
  readonly notifiesDelete: boolean
  readonly notifiesRetract: boolean
  readonly notifiesSubscribers: boolean
  /** Only to those who are there. */
  readonly onlyPresent: boolean
  /** Items go when the last publisher's device goes. */
  readonly purgesOffline: boolean
  readonly notificationType: (typeof NOTIFICATION_TYPES)[number]
  readonly itemReply: (typeof ITEM_REPLIES)[number]
  /** Whether anybody may subscribe. */
  readonly takesSubscriptions: boolean
}

const USUAL: NodeConfig = {
  title: '',
  description: '',
  type: '',
  accessModel: 'open',
  rosterGroups: [],
  publishModel: 'publishers',
  persistItems: true,
  maxItems: Infinity,
  itemExpire: Infinity,
  maxPayload: Infinity,
  sendLast: 'on_sub',
  notifies: true,
  deliversPayloads: true,
  notifiesConfig: false,
  notifiesDelete: true,
  notifiesRetract: true,
  notifiesSubscribers: false,
  onlyPresent: false,
  purgesOffline: false,
  notificationType: 'headline',
  itemReply: 'owner',
  takesSubscriptions: true,
}

/** XEP-0163 §7.2: one item, for those who see the owner's presence, sent to them when they come. */
const PERSONAL: NodeConfig = { ...USUAL, accessModel: 'presence', maxItems: 1, sendLast: 'on_sub_and_presence' }

/** Nobody else's business, also when a client forgets to say so; and as many items as may be where one is not enough. */
const PRIVATE: NodeConfig = { ...PERSONAL, accessModel: 'whitelist' }
const LIST: NodeConfig = { ...PRIVATE, maxItems: Infinity, sendLast: 'never' }
const KNOWN: ReadonlyMap<string, NodeConfig> = new Map([
  ['storage:bookmarks', PRIVATE],
  // XEP-0402 §3.3, XEP-0490 §3.
  ['urn:xmpp:bookmarks:1', LIST],
  ['urn:xmpp:mds:displayed:0', LIST],
])

/** What a node is that nobody configured. */
export const usualConfig = (owner: NodeOwner, name: string): NodeConfig => (owner.startsWith('@') ? USUAL : (KNOWN.get(name) ?? PERSONAL))
