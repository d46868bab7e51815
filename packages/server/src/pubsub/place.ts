/** Where nodes are: at an account (XEP-0163), or at a service. What the use cases of XEP-0060 need to know of it. */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import type { PubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import type { Now } from '../routing/now.ts'
import type { NodeOwner } from '../storage/repositories.ts'
import type { PlaceKind } from './config-form.ts'
import type { Node } from './node.ts'
import type { Shelves } from './shelves.ts'

export interface NodeLimits {
  /** Of one person. */
  readonly nodes: number
  /** Of one node. */
  readonly nodeItems: number
  /** Of one payload. */
  readonly nodeItemBytes: number
  /** Of all nodes of one person, or of one node of a service. */
  readonly nodeBytes: number
  /** Of one node: those who are subscribed, or who are something to it. */
  readonly nodeSubscriptions: number
}

/** What somebody is to the person whose node it is. */
export interface Relation {
  readonly seesPresence: boolean
  /** In the roster of that person. */
  readonly groups: readonly string[]
}

export interface Place {
  readonly kind: PlaceKind
  readonly owner: NodeOwner
  /** Events come from here. */
  readonly address: Account
  readonly shelves: Shelves
  readonly limits: () => NodeLimits
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Whether somebody may make nodes here. */
  mayCreate(who: Jid): boolean
  relation(to: string): Now<Relation>
  /** Tells everybody who is to hear of the node; in the background, once what happened is on disk. */
  tell(node: Node, event: PubsubEvent, more?: TellMore): void
  /** Tells one subscriber, or an owner. */
  tellOne(node: Node, event: PubsubEvent, to: Jid, more?: TellMore): void
  /** Items came or went: for what the server makes of them. Undefined where that is nothing. */
  changed(node: string): Promise<void> | undefined
  /** A form for an owner to fill in. */
  sendForm(to: Jid, form: DataForm): void
}

export interface TellMore {
  /** The device that published. */
  readonly publisher?: Jid | undefined
  /** When it happened, if that is a while ago. */
  readonly at?: number | undefined
}
