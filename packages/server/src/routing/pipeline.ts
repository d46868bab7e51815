/**
 * What happens to a message, in order. This file alone decides the order: a module picks a stage, never a number, and the stage's type
 * says what the module may do there. Handlers of one stage must commute; if order matters, a stage is missing.
 */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { ArchiveId } from '../storage/repositories.ts'
import { type Now, isPending } from './now.ts'
import type { Session } from './session.ts'

/** One message on its way. It passes once, for both its sides: a side is undefined when it is not an account of ours. */
export interface Passage {
  readonly from: Jid
  readonly to: Jid
  readonly sender: Account | undefined
  readonly recipient: Account | undefined
  /** The client it came from, when it is one of ours. */
  readonly origin: Session | undefined
}

/** What `deliver` did: the sessions that have the message, or why nobody has and never will. */
export interface Delivered {
  readonly reached: readonly Session[]
  readonly refusal?: StanzaError | undefined
  /** Of the sender's devices those that may have copies; undefined is all of them. */
  readonly copiesFor?: readonly Session[] | undefined
}

export type Guard = (message: Stanza, passage: Passage) => Now<StanzaError | undefined>
export type Rewrite = (message: Stanza, passage: Passage) => Stanza
/** The archive id that the sides of the message now have for it; undefined when it is not stored. */
export type Keep = (message: Stanza, passage: Passage) => Now<ArchiveId | undefined>
/** Hands a message over; `mark` is what `Keep` gave. */
export type Deliver = (message: Stanza, passage: Passage, mark: ArchiveId | undefined) => Now<Delivered>
export interface Outcome extends Delivered {
  /** The message before anybody rewrote it. */
  readonly arrived: Stanza
  readonly mark: ArchiveId | undefined
}
export type Copy = (message: Stanza, passage: Passage, outcome: Outcome) => void
export type Observe = (message: Stanza, passage: Passage, outcome: Outcome) => void

export class MessagePipeline {
  /** May refuse: blocking, limits, policy. The answer goes back to the sender as a stanza error. */
  readonly guard: Guard[] = []
  /** May change what goes on: forged ids, private marks. */
  readonly rewrite: Rewrite[] = []
  /** Stores it and says under which id. One owner. */
  keep: Keep = () => undefined
  /** Puts on what recipients need to see of `keep`: the id of a side's archive. */
  stamp: (message: Stanza, owner: Account, mark: ArchiveId) => Stanza = message => message
  /** Hands it to the recipient's sessions. One owner. */
  deliver: Deliver = () => ({ reached: [] })
  /** Sends more copies: carbons, push. */
  readonly copy: Copy[] = []
  /** Watches; can neither change nor fail the message: delivery marks, statistics. */
  readonly observe: Observe[] = []
  /** Hears of what a copy or an observer threw. */
  mistaken: (error: unknown) => void = () => {}

  /**
   * Gives the refusal that the sender should hear, if any. Synchronous unless a handler is not; the caller pauses the sender's stream then.
   * A service hands its messages over itself.
   */
  run(message: Stanza, passage: Passage, deliver: Deliver = this.deliver): Now<StanzaError | undefined> {
    for (let i = 0; i < this.guard.length; i++) {
      const refusal = this.guard[i]?.(message, passage)
      if (isPending(refusal)) return this.#afterGuard(i + 1, refusal, message, passage, deliver)
      if (refusal) return refusal
    }
    return this.#store(message, passage, deliver)
  }

  async #afterGuard(
    next: number,
    pending: Promise<StanzaError | undefined>,
    message: Stanza,
    passage: Passage,
    deliver: Deliver,
  ): Promise<StanzaError | undefined> {
    const refusal = await pending
    if (refusal) return refusal
    for (let i = next; i < this.guard.length; i++) {
      const refusal = await this.guard[i]?.(message, passage)
      if (refusal) return refusal
    }
    return this.#store(message, passage, deliver)
  }

  #store(arrived: Stanza, passage: Passage, deliver: Deliver): Now<StanzaError | undefined> {
    let message = arrived
    for (const rewrite of this.rewrite) message = rewrite(message, passage)
    const kept = this.keep(message, passage)
    if (isPending(kept)) return kept.then(mark => this.#hand(message, arrived, passage, mark, deliver))
    return this.#hand(message, arrived, passage, kept, deliver)
  }

  #hand(message: Stanza, arrived: Stanza, passage: Passage, mark: ArchiveId | undefined, deliver: Deliver): Now<StanzaError | undefined> {
    const delivered = deliver(message, passage, mark)
    if (isPending(delivered)) return delivered.then(outcome => this.#finish(message, arrived, passage, mark, outcome))
    return this.#finish(message, arrived, passage, mark, delivered)
  }

  #finish(message: Stanza, arrived: Stanza, passage: Passage, mark: ArchiveId | undefined, delivered: Delivered): StanzaError | undefined {
    const outcome = { arrived, mark, reached: delivered.reached, refusal: delivered.refusal, copiesFor: delivered.copiesFor }
    for (const stage of [this.copy, this.observe]) {
      for (const handler of stage) {
        try {
          handler(message, passage, outcome)
        } catch (error) {
          // The message has arrived: its sender must not hear otherwise.
          this.mistaken(error)
        }
      }
    }
    return delivered.refusal
  }
}
