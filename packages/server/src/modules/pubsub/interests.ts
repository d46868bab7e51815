/**
 * What devices want to be notified of (XEP-0163 §4.2): the features `…+notify` of their software, known by the hash in their presence
 * (XEP-0115, XEP-0390). One who is asked stands for all with that hash, when the hash is right.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Caps } from '@plodge/xmpp/xeps/caps.ts'
import { Caps2, capsNode } from '@plodge/xmpp/xeps/caps2.ts'
import { AskInfo, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import type { Host } from '../../routing/host.ts'
import type { Session } from '../../routing/session.ts'
import { isOf, isOf2 } from './verify.ts'

/** Names of nodes. */
export type Interest = ReadonlySet<string>
/** Called with the nodes that a device newly wants to hear of. */
export type OnInterest = (session: Session, nodes: Interest) => void

const NOTIFY = '+notify'
const NONE: Interest = new Set()
const MOST_HASHES = 2000
const MOST_NODES = 200
const LONGEST_NAME = 1024

interface Claim {
  /** The node of service discovery that has what was hashed. */
  readonly node: string
  readonly proves: (info: DiscoInfo) => boolean
}

export class Interests {
  readonly #host: Host
  readonly #onInterest: OnInterest
  /** Of devices that want anything. */
  readonly #of = new WeakMap<Session, Interest>()
  /** By claim; the one that was learned first is the first to be forgotten. */
  readonly #known = new Map<string, Interest>()
  readonly #asked = new Map<string, Promise<Interest | undefined>>()

  constructor(host: Host, onInterest: OnInterest) {
    this.#host = host
    this.#onInterest = onInterest
    host.presence.arrived.push(session => this.#look(session))
    host.presence.changed.push(session => this.#look(session))
    host.presence.departed.push(session => this.#of.delete(session))
  }

  /** Whether the device is there and wants to hear of the node. */
  wants(session: Session, node: string): boolean {
    return session.presence !== undefined && this.#of.get(session)?.has(node) === true
  }

  of(session: Session): Interest {
    return (session.presence && this.#of.get(session)) ?? NONE
  }

  #look(session: Session): void {
    const claim = claimOf(session)
    const known = claim ? this.#known.get(claim.node) : NONE
    if (known) return this.#learned(session, known)
    if (claim) this.#host.background(this.#ask(session, claim), 'asking a device what it is')
  }

  async #ask(session: Session, claim: Claim): Promise<void> {
    const { node } = claim
    // Somebody may be asked already; what that one says is only good for others if it is proven.
    const proven = await this.#asked.get(node)
    const interest = proven ?? this.#known.get(node) ?? (await this.#inquire(session, claim))
    if (claimOf(session)?.node === node) this.#learned(session, interest)
  }

  /** What the device says, for itself; and for everybody when it is proven. */
  async #inquire(session: Session, { node, proves }: Claim): Promise<Interest> {
    const proven = Promise.withResolvers<Interest | undefined>()
    if (!this.#asked.has(node)) this.#asked.set(node, proven.promise)
    try {
      const info = await this.#host.inquiries.ask(AskInfo, { node }, { from: this.#host.domain, to: session.jid })
      const interest = interestOf(info)
      if (proves(info)) {
        this.#remember(node, interest)
        proven.resolve(interest)
      }
      return interest
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      // A device that does not answer, or not in words that anybody knows, hears of nothing.
      return NONE
    } finally {
      proven.resolve(undefined)
      if (this.#asked.get(node) === proven.promise) this.#asked.delete(node)
    }
  }

  #remember(node: string, interest: Interest): void {
    if (this.#known.size >= MOST_HASHES) this.#known.delete(this.#known.keys().next().value ?? '')
    this.#known.set(node, interest)
  }

  #learned(session: Session, interest: Interest): void {
    const before = this.#of.get(session) ?? NONE
    if (before === interest) return
    if (interest.size === 0) this.#of.delete(session)
    else this.#of.set(session, interest)
    const more = before.size === 0 ? interest : new Set([...interest].filter(name => !before.has(name)))
    if (more.size > 0) this.#onInterest(session, more)
  }
}

/** Undefined when the presence says nothing that can be proven. */
function claimOf({ presence }: Session): Claim | undefined {
  if (!presence) return undefined
  try {
    const caps = presence.get(Caps)
    if (caps?.hash !== undefined) return { node: `${caps.node}#${caps.ver}`, proves: info => isOf(info, caps.hash ?? '', caps.ver) }
    const [hash] = presence.get(Caps2)?.hashes ?? []
    return hash && { node: capsNode(hash), proves: info => isOf2(info, hash.algo, hash.value) }
  } catch {
    return undefined
  }
}

function interestOf({ features }: DiscoInfo): Interest {
  const nodes = features.filter(name => name.endsWith(NOTIFY) && name.length < LONGEST_NAME).map(name => name.slice(0, -NOTIFY.length))
  return nodes.length === 0 ? NONE : new Set(nodes.slice(0, MOST_NODES))
}
