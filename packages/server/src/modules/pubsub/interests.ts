/**
 * What devices want to be notified of (XEP-0163 §4.2): the features `…+notify` of their software, known by the hash in their presence
 * (XEP-0115, XEP-0390). One who is asked stands for all with that hash, when the hash is right.
 */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
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
/** At once, of those with one claim: one that does not answer must not keep the others waiting. */
const MOST_ASKED = 3
const MOST_NODES = 200
const LONGEST_NAME = 1024

interface Claim {
  /** The node of service discovery that has what was hashed. */
  readonly node: string
  readonly proves: (info: DiscoInfo) => boolean
}

/** Devices with one claim: some are asked, the others wait for what these say. */
interface Question {
  readonly asked: Set<Session>
  readonly waiting: Set<Session>
}

export class Interests {
  readonly #host: Host
  readonly #onInterest: OnInterest
  /** Of devices that want anything. */
  readonly #of = new WeakMap<Session, Interest>()
  /** By claim; the one that was learned first is the first to be forgotten. */
  readonly #known = new Map<string, Interest>()
  /** By claim; gone when nobody with it is asked any more. */
  readonly #open = new Map<string, Question>()

  constructor(host: Host, onInterest: OnInterest) {
    this.#host = host
    this.#onInterest = onInterest
    host.presence.arrived.push(session => this.#look(session))
    host.presence.changed.push(session => this.#look(session))
    host.presence.departed.push((session, last) => {
      this.#of.delete(session)
      if (this.#open.size > 0) this.#open.get(claimOf(last)?.node ?? '')?.waiting.delete(session)
    })
  }

  /** Whether the device is there and wants to hear of the node. */
  wants(session: Session, node: string): boolean {
    return session.presence !== undefined && this.#of.get(session)?.has(node) === true
  }

  of(session: Session): Interest {
    return (session.presence && this.#of.get(session)) ?? NONE
  }

  #look(session: Session): void {
    const claim = claimOf(session.presence)
    const known = claim ? this.#known.get(claim.node) : NONE
    if (known) return this.#learned(session, known)
    if (!claim) return
    const question = this.#open.get(claim.node) ?? { asked: new Set(), waiting: new Set() }
    this.#open.set(claim.node, question)
    if (question.asked.has(session)) return
    if (question.asked.size < MOST_ASKED) this.#ask(session, claim, question)
    else question.waiting.add(session)
  }

  #ask(session: Session, claim: Claim, question: Question): void {
    question.asked.add(session)
    this.#host.background(this.#inquire(session, claim, question), 'asking a device what it is')
  }

  /** What the device says, for itself; and for all with its claim when it is proven. */
  async #inquire(session: Session, claim: Claim, question: Question): Promise<void> {
    const info = await this.#answer(session, claim.node)
    question.asked.delete(session)
    const interest = info ? interestOf(info) : NONE
    const learn = (one: Session): void => {
      if (claimOf(one.presence)?.node === claim.node) this.#learned(one, interest)
    }
    learn(session)
    if (info && claim.proves(info)) {
      this.#remember(claim.node, interest)
      question.waiting.forEach(learn)
      question.waiting.clear()
    }
    const [next] = question.waiting
    if (next) {
      question.waiting.delete(next)
      this.#ask(next, claim, question)
    } else if (question.asked.size === 0) this.#open.delete(claim.node)
  }

  /** Undefined when it does not answer, or not in words that anybody knows: then it hears of nothing. */
  async #answer(session: Session, node: string): Promise<DiscoInfo | undefined> {
    try {
      return await this.#host.inquiries.ask(AskInfo, { node }, { from: this.#host.domain, to: session.jid })
    } catch (error) {
      if (error instanceof StanzaError) return undefined
      throw error
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
function claimOf(presence: Stanza | undefined): Claim | undefined {
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
