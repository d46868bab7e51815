/**
 * Who hears of it when messages do not reach the disk: their senders, each by an error (RFC 6120 §8.3). The store commits in batches;
 * of each running batch this remembers envelopes only, and no more than a bound: past it the next sender waits.
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host } from '../../routing/host.ts'
import type { Passage } from '../../routing/pipeline.ts'
import type { Session } from '../../routing/session.ts'
import type { Archive } from '../../storage/repositories.ts'

const MOST_UNCOMMITTED = 10_000

/** What a sender is told: the message is not kept, and was not delivered unless somebody happened to be there. */
export const notKept = (cause?: unknown): StanzaError =>
  new StanzaError('resource-constraint', 'The message was not kept, as the server cannot write to its disk just now; send it again later', {
    cause,
  })

interface Sent {
  readonly from: Jid
  readonly to: Jid
  readonly id: string | undefined
  readonly origin: Session | undefined
}

interface Batch {
  readonly committed: Promise<void>
  readonly messages: Sent[]
}

export class Commits {
  readonly #archive: Pick<Archive, 'committed'>
  readonly #host: Pick<Host, 'route' | 'background'>
  #running: Batch | undefined
  #uncommitted = 0

  constructor(archive: Pick<Archive, 'committed'>, host: Pick<Host, 'route' | 'background'>) {
    this.#archive = archive
    this.#host = host
  }

  /** Something to wait for before more is put into the archive; undefined when nothing need wait. */
  get backlog(): Promise<void> | undefined {
    return this.#uncommitted < MOST_UNCOMMITTED ? undefined : this.#running?.committed
  }

  /** To be told right after a message was put into the archive. */
  appended({ id }: Stanza, { from, to, origin }: Passage): void {
    const committed = this.#archive.committed()
    if (!committed) return
    if (this.#running?.committed !== committed) this.#begin(committed)
    this.#running?.messages.push({ from, to, id, origin })
    this.#uncommitted += 1
  }

  #begin(committed: Promise<void>): void {
    const batch: Batch = { committed, messages: [] }
    this.#running = batch
    this.#host.background(this.#follow(batch), 'answering for messages that were not kept')
  }

  async #follow(batch: Batch): Promise<void> {
    try {
      await batch.committed
    } catch (error) {
      this.#refuse(batch, error)
    } finally {
      this.#uncommitted -= batch.messages.length
      if (this.#running === batch) this.#running = undefined
    }
  }

  #refuse({ messages }: Batch, cause: unknown): void {
    const error = notKept(cause).toElement()
    for (const { from, to, id, origin } of messages) {
      const refusal = Stanza.of('message', { from: to, to: from, type: 'error', id }, [error])
      if (origin) origin.send(refusal)
      else this.#host.background(this.#host.route(refusal), 'answering for a message that was not kept')
    }
  }
}
