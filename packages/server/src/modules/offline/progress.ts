/**
 * How far everything that one account received has reached some device of it: the delivery mark (XEP-0160 without a second store).
 * A message has reached a device when it was sent to one that does not acknowledge, or acknowledged by XEP-0198.
 * Pure bookkeeping; one exists for an account only while it has sessions.
 */
import type { Session } from '../../routing/session.ts'
import type { ArchiveId } from '../../storage/repositories.ts'

interface Handed {
  readonly id: ArchiveId
  /** Sent after newer ones: what a device acknowledged in order says nothing of it, only that it acknowledged all. */
  readonly isLate: boolean
  /** Who has it, or will have it when they acknowledge: all of them acknowledge. */
  holders: readonly Session[]
}

/** Past it what was handed while behind is forgotten, and may be delivered twice. */
const MOST_AHEAD = 10_000

export class Progress {
  /** Everything up to here was handed to somebody; undefined until the stored mark is known. */
  #reached: ArchiveId | undefined
  /** Something above `#reached` may wait in the archive. */
  #isBehind = true
  #highest: ArchiveId = 0
  #waits = 0
  #open: Handed[] = []
  /** Handed though older messages wait. */
  #ahead: Set<ArchiveId> | undefined
  /** Somebody is reading the archive for this account just now. */
  isCatchingUp = false

  get isBehind(): boolean {
    return this.#isBehind
  }

  get reached(): ArchiveId | undefined {
    return this.#reached
  }

  /** Grows with each message that was handed to nobody. */
  get waits(): number {
    return this.#waits
  }

  /** Whether acknowledgements may still move the mark. */
  get isOpen(): boolean {
    return this.#open.length > 0
  }

  /** Sent to these, and to others as copies. */
  handed(id: ArchiveId, holders: readonly Session[]): void {
    const isLate = id < this.#highest
    if (!isLate) this.#highest = id
    if (this.#isBehind) {
      if (this.#ahead === undefined || this.#ahead.size >= MOST_AHEAD) this.#ahead = new Set()
      this.#ahead.add(id)
    }
    if (!holders.every(session => session.unackedMark !== 0)) return
    // A night's messages are all in the same hands: one list does for them.
    const last = this.#open.at(-1)?.holders
    const isSame = last?.length === holders.length && last.every((session, at) => session === holders[at])
    this.#open.push({ id, holders: isSame ? last : holders, isLate })
  }

  /** Handed to nobody: it waits in the archive, and so all that is newer must be read again. */
  waiting(id: ArchiveId): void {
    this.#waits += 1
    if (!this.#isBehind) {
      this.#isBehind = true
      this.#reached = id - 1
    } else if (this.#reached !== undefined && id <= this.#reached) this.#reached = id - 1
  }

  startFrom(mark: ArchiveId): void {
    this.#reached ??= mark
  }

  wasHanded(id: ArchiveId): boolean {
    return this.#ahead?.has(id) ?? false
  }

  /** The archive was read up to here, and everything in it handed to somebody. */
  advance(id: ArchiveId): void {
    if (this.#reached !== undefined && id > this.#reached) this.#reached = id
    this.#ahead?.delete(id)
  }

  /** Nothing waits any more. */
  caughtUp(): void {
    this.#isBehind = false
    if (this.#reached !== undefined && this.#reached > this.#highest) this.#highest = this.#reached
    this.#ahead = undefined
  }

  /** A session ended. Gives what nobody has now: what it did not acknowledge and was in no other hands. */
  closed(session: Session, unacked: ReadonlySet<ArchiveId>): ReadonlySet<ArchiveId> {
    const orphaned = new Set<ArchiveId>()
    this.#open = this.#open.filter(handed => {
      if (!handed.holders.includes(session)) return true
      if (!unacked.has(handed.id)) return false
      handed.holders = handed.holders.filter(other => other !== session)
      if (handed.holders.length === 0) orphaned.add(handed.id)
      return handed.holders.length > 0
    })
    return orphaned
  }

  /** In nobody's hands, until it has been read and given to somebody: the mark stays below. */
  hold(id: ArchiveId): void {
    this.#open.push({ id, holders: [], isLate: true })
  }

  release(id: ArchiveId): void {
    this.#open = this.#open.filter(handed => handed.id !== id || handed.holders.length > 0)
  }

  /** The delivery mark as it is now; undefined while nothing is known. */
  mark(): ArchiveId | undefined {
    if (this.#open.length > 0) this.#open = this.#open.filter(isUnacked)
    let mark = this.#isBehind ? this.#reached : this.#highest
    if (mark === undefined) return undefined
    for (const { id } of this.#open) if (id <= mark) mark = id - 1
    return mark
  }
}

const isUnacked = ({ id, holders, isLate }: Handed): boolean =>
  holders.every(({ unackedMark }) => unackedMark !== 0 && (isLate || unackedMark <= id))
