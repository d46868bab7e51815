/** XEP-0424 §5: what somebody takes back is out of history, and a tombstone in its place. The retraction itself stays, for those who were away. */
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { UserMark } from '@plodge/xmpp/xeps/muc.ts'
import { takenBack } from '@plodge/xmpp/xeps/retract.ts'
import type { Host } from '../../routing/host.ts'
import type { Passage } from '../../routing/pipeline.ts'
import type { Archive, ArchiveEntry, ArchiveId } from '../../storage/repositories.ts'

/** Longer ones are nobody's ids. */
const LONGEST_ID = 1023
/** Under way at once: beyond it the message stays, and clients that read the retraction hide it all the same. */
const MOST_PENDING = 1000

export class Retractions {
  readonly #archive: Pick<Archive, 'retract'>
  readonly #host: Pick<Host, 'background'>
  #pending = 0

  constructor(archive: Pick<Archive, 'retract'>, host: Pick<Host, 'background'>) {
    this.#archive = archive
    this.#host = host
  }

  /** To be told right after a message was put into the archive. */
  appended(message: Stanza, { from, sender }: Passage, entries: readonly ArchiveEntry[], at: ArchiveId): void {
    const messageId = takenBack(message)
    if (messageId === undefined) return
    const called = message.id
    const entry = entries.find(({ kept }) => kept)
    // §5: the tombstone names the retraction. Both sides of a local conversation share the text, so that one entry finds it.
    if (!entry || !isId(messageId) || !isId(called) || this.#pending >= MOST_PENDING) return
    const { owner, peer } = entry
    // XEP-0045 §7.5: of a room everybody in it has the bare address.
    const author = !sender && message.has(UserMark) ? from.full : from.bare
    this.#pending += 1
    this.#host.background(
      this.#archive.retract({ owner, peer, author, messageId, at, called }).finally(() => {
        this.#pending -= 1
      }),
      'putting a tombstone in the place of a message',
    )
  }
}

const isId = (id: string | undefined): id is string => id !== undefined && id !== '' && id.length <= LONGEST_ID
