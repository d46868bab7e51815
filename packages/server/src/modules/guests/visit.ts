/** What a guest has begun: who spoke to it, and so may be spoken to; and where it is seen, to say goodbye there. Of one session, bounded. */
import type { BareJid, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'

/** Who spoke to a guest longest ago is forgotten first. */
const MOST_ACQUAINTANCES = 100

export class Visit {
  readonly #acquaintances = new Set<BareJid>()
  readonly #seenBy = new Map<string, Jid>()

  /** Somebody spoke to the guest. */
  met({ bare }: Jid): void {
    this.#acquaintances.delete(bare)
    this.#acquaintances.add(bare)
    const [oldest] = this.#acquaintances
    if (this.#acquaintances.size > MOST_ACQUAINTANCES && oldest !== undefined) this.#acquaintances.delete(oldest)
  }

  knows({ bare }: Jid): boolean {
    return this.#acquaintances.has(bare)
  }

  /** Throws StanzaError when the guest is seen in too many places. */
  shown(to: Jid, most: number): void {
    if (this.#seenBy.size >= most && !this.#seenBy.has(to.full))
      throw new StanzaError('resource-constraint', 'You are seen in too many places: leave one of them first')
    this.#seenBy.set(to.full, to)
  }

  hidden(to: Jid): void {
    this.#seenBy.delete(to.full)
  }

  get seenBy(): Iterable<Jid> {
    return this.#seenBy.values()
  }
}
