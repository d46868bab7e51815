/** Which archives a message goes into, and under which id (XEP-0313 §6.1.1). Stays synchronous while preferences are in memory. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Host } from '../../routing/host.ts'
import { type Now, isPending, andThen } from '../../routing/now.ts'
import type { Passage } from '../../routing/pipeline.ts'
import { isReachable } from '../../routing/session.ts'
import type { Archive, ArchiveEntry, ArchiveId, Localpart } from '../../storage/repositories.ts'
import { type Commits, notKept } from './commits.ts'
import type { Preferences } from './preferences.ts'
import type { Retractions } from './retractions.ts'
import { worth } from './worth.ts'

interface Waits {
  readonly isSent: Now<boolean>
  readonly isReceived: Now<boolean>
  readonly exists: Now<boolean>
  readonly backlog: Promise<void> | undefined
}

export class Keeper {
  readonly #host: Host
  readonly #archive: Pick<Archive, 'append'>
  readonly #commits: Commits
  readonly #retractions: Retractions | undefined
  /** Undefined when there is no history: the archive then only holds what waits for people who are away. */
  readonly #preferences: Preferences | undefined
  /** Messages that have an id which is not in the history of these people: exceptions, so they are looked up, not marked. */
  readonly #unkept = new WeakMap<Stanza, readonly Localpart[]>()

  constructor(
    host: Host,
    archive: Pick<Archive, 'append'>,
    commits: Commits,
    preferences: Preferences | undefined,
    retractions: Retractions | undefined,
  ) {
    this.#host = host
    this.#archive = archive
    this.#commits = commits
    this.#preferences = preferences
    this.#retractions = retractions
  }

  keep(message: Stanza, passage: Passage): Now<ArchiveId | undefined> {
    const value = worth(message)
    if (value === 'nothing') return undefined
    const { sender, recipient } = passage
    const isHistory = value === 'history'
    const isSent = isHistory && sender !== undefined && this.#wants(sender.local, passage.to)
    const isReceived = isHistory && recipient !== undefined && this.#wants(recipient.local, passage.from)
    const exists = recipient !== undefined && this.#exists(recipient)
    const backlog = this.#commits.backlog
    if (isPending(isSent) || isPending(isReceived) || isPending(exists) || backlog) {
      return this.#later(message, passage, { isSent, isReceived, exists, backlog })
    }
    return this.#append(message, passage, isSent, isReceived, exists)
  }

  /** XEP-0313 §3.5: only who may read an archive sees its ids. */
  stamp(message: Stanza, owner: Account, mark: ArchiveId): Stanza {
    if (!this.#preferences || this.#unkept.get(message)?.includes(owner.local)) return message
    return message.plus(StanzaId, { id: String(mark), by: owner.bare })
  }

  /** Whether history has, or would have, the message on the owner's side; for messages that wait and are marked only now. */
  isInHistory(message: Stanza, owner: Account): Now<boolean> {
    const { from } = message
    return worth(message) === 'history' && from !== undefined && this.#wants(owner.local, from)
  }

  async #later(message: Stanza, passage: Passage, { isSent, isReceived, exists, backlog }: Waits): Promise<ArchiveId | undefined> {
    try {
      const known = await Promise.all([Promise.resolve(isSent), Promise.resolve(isReceived), Promise.resolve(exists), backlog])
      return this.#append(message, passage, known[0], known[1], known[2])
    } catch (error) {
      throw error instanceof StanzaError ? error : notKept(error)
    }
  }

  #append(message: Stanza, passage: Passage, isSent: boolean, isReceived: boolean, exists: boolean): ArchiveId | undefined {
    const entries = this.#entries(message, passage, isSent, isReceived, exists)
    if (entries.length === 0) return undefined
    let mark: ArchiveId
    try {
      mark = this.#archive.append(message.toXml(CLIENT), entries)
    } catch (error) {
      throw notKept(error)
    }
    this.#commits.appended(message, passage)
    this.#retractions?.appended(message, passage, entries, mark)
    const { sender, recipient } = passage
    if ((sender && !isSent && sender.bare !== recipient?.bare) || (recipient && !isReceived)) {
      this.#unkept.set(message, [...(sender && !isSent ? [sender.local] : []), ...(recipient && !isReceived ? [recipient.local] : [])])
    }
    return mark
  }

  #entries(
    message: Stanza,
    { sender, recipient, from, to }: Passage,
    isSent: boolean,
    isReceived: boolean,
    exists: boolean,
  ): ArchiveEntry[] {
    const entries: ArchiveEntry[] = []
    // XEP-0313 §6.1.1: a message to oneself is in one archive once.
    if (sender && isSent && sender.bare !== recipient?.bare) {
      entries.push({ owner: sender.local, peer: to.bare, direction: 'sent', kept: true })
    }
    // What will be refused is in no archive of those who refuse it (XEP-0313 §6.1).
    if (!recipient || !exists || this.#isRefused(message, to)) return entries
    // With a history the disk holds every message until a device has it; without one only those that nobody is there for.
    const isHeld = isReceived || (this.#preferences && worth(message) === 'history') || !this.#host.sessions.of(to).some(isReachable)
    if (isHeld) entries.push({ owner: recipient.local, peer: from.bare, direction: 'received', kept: isReceived })
    return entries
  }

  /** RFC 6121 §8.5.3.2.1: only chat goes on to another device. */
  #isRefused({ type }: Stanza, to: Passage['to']): boolean {
    return to.resource !== '' && type !== 'chat' && this.#host.sessions.at(to) === undefined
  }

  #wants(owner: Localpart, peer: Passage['from']): Now<boolean> {
    return this.#preferences?.wants(owner, peer) ?? false
  }

  #exists(account: Account): Now<boolean> {
    return this.#host.sessions.of(account).length > 0 || andThen(this.#host.people.exists(account.local), exists => exists)
  }
}
