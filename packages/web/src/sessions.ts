/**
 * Who is signed in in which browser. A browser has a random word that says nothing; kept here is but its hash, in memory, and in a
 * file while the tier is restarted. A session ends
 * when its person signs out, after a while without a sign of them, and after a longer while whatever they do.
 */
import { createHash, randomBytes } from 'node:crypto'

export interface Session {
  readonly localpart: string
  /** What the chat server and the person's other devices call it; it says nothing of the word. */
  readonly id: string
  /** When it ends whatever happens, in milliseconds since 1970. */
  readonly until: number
  /** What the sign-on calls it, if it may end it. */
  readonly handles: readonly string[]
}

interface Kept extends SavedSession, Session {
  seen: number
  /** What it is used for just now: an open stream is a sign of the person. */
  readonly uses: Set<Use>
}

export interface SavedSession extends Omit<Session, 'id'> {
  /** The hash of its word: whoever reads it cannot use it. */
  readonly name: string
}

/** Something that must end with the session. */
export interface Use {
  onSessionEnd(why: EndOfSession): void
}

export type EndOfSession = 'signed out' | 'expired' | 'shut out' | 'ended elsewhere'

export interface SessionLimits {
  readonly idleMs: number
  readonly lifeMs: number
  /** Of one person; the one without a sign for longest makes way. */
  readonly perPerson: number
  readonly most: number
}

export class Sessions {
  readonly #limits: SessionLimits
  readonly #clock: () => number
  readonly #kept = new Map<string, Kept>()
  readonly #ofPerson = new Map<string, Set<Kept>>()
  /** Told of each that ends. */
  onEnd: (session: Session, why: EndOfSession) => void = () => {}

  constructor(limits: SessionLimits, clock: () => number) {
    this.#limits = limits
    this.#clock = clock
  }

  get size(): number {
    return this.#kept.size
  }

  /** A new word each time: one that was in the browser before is never made good. Undefined when there is no room. */
  open(localpart: string, lifeMs = Infinity, handles: readonly string[] = []): string | undefined {
    const now = this.#clock()
    if (this.#kept.size >= this.#limits.most) this.sweep()
    if (this.#kept.size >= this.#limits.most) return undefined
    const mine = this.#ofPerson.get(localpart)
    if (mine && mine.size >= this.#limits.perPerson) this.#end(quietest(mine), 'signed out')
    const word = randomBytes(32).toString('base64url')
    const name = nameOf(word)
    this.#keep({ localpart, until: now + Math.min(lifeMs, this.#limits.lifeMs), name, handles }, now)
    return word
  }

  /** Finding it is a sign of the person. */
  find(word: string): Session | undefined {
    const kept = this.#kept.get(nameOf(word))
    if (!kept) return undefined
    const now = this.#clock()
    if (this.#isOver(kept, now)) {
      this.#end(kept, 'expired')
      return undefined
    }
    kept.seen = now
    return kept
  }

  close(session: Session, why: EndOfSession = 'signed out'): void {
    this.#end(session as Kept, why)
  }

  /** Every session of a person: they are not to be here any more. */
  shutOut(localpart: string): void {
    for (const kept of Array.from(this.#ofPerson.get(localpart) ?? [])) this.#end(kept, 'shut out')
  }

  /** A person ended it elsewhere. False when it is not here. */
  endOne(localpart: string, id: string): boolean {
    const kept = Array.from(this.#ofPerson.get(localpart) ?? []).find(one => one.id === id)
    if (kept) this.#end(kept, 'ended elsewhere')
    return kept !== undefined
  }

  /** Those that the sign-on calls by a name: it ends them. Gives how many. */
  endAllOf(handle: string): number {
    const ended = Array.from(this.#kept.values()).filter(({ handles }) => handles.includes(handle))
    for (const kept of ended) this.#end(kept, 'signed out')
    return ended.length
  }

  /** False when the session has ended by now. */
  use(session: Session, use: Use): boolean {
    const kept = session as Kept
    if (this.#kept.get(kept.name) !== kept) return false
    kept.uses.add(use)
    return true
  }

  usesOf(session: Session): number {
    return (session as Kept).uses.size
  }

  leave(session: Session, use: Use): void {
    const kept = session as Kept
    if (kept.uses.delete(use)) kept.seen = this.#clock()
  }

  /** What is needed to go on after a restart. */
  saved(): readonly SavedSession[] {
    return Array.from(this.#kept.values(), ({ name, localpart, until, handles }) => ({ name, localpart, until, handles }))
  }

  /** Their people are on their way back: that is a sign of them. */
  restore(saved: readonly SavedSession[]): void {
    const now = this.#clock()
    for (const { name, localpart, until, handles } of saved) {
      if (until <= now || this.#kept.has(name) || this.#kept.size >= this.#limits.most) continue
      this.#keep({ localpart, until: Math.min(until, now + this.#limits.lifeMs), name, handles }, now)
    }
  }

  #keep(saved: SavedSession, seen: number): void {
    const kept = { ...saved, id: idOf(saved.name), seen, uses: new Set<Use>() }
    this.#kept.set(kept.name, kept)
    const mine = this.#ofPerson.get(kept.localpart) ?? new Set<Kept>()
    this.#ofPerson.set(kept.localpart, mine.add(kept))
  }

  /** Ends what is over. Call it now and then. */
  sweep(): void {
    const now = this.#clock()
    for (const kept of this.#kept.values()) if (this.#isOver(kept, now)) this.#end(kept, 'expired')
  }

  #isOver({ until, seen, uses }: Kept, now: number): boolean {
    return now >= until || (uses.size === 0 && now >= seen + this.#limits.idleMs)
  }

  #end(kept: Kept, why: EndOfSession): void {
    if (!this.#kept.delete(kept.name)) return
    const mine = this.#ofPerson.get(kept.localpart)
    mine?.delete(kept)
    if (mine?.size === 0) this.#ofPerson.delete(kept.localpart)
    this.onEnd(kept, why)
    for (const use of Array.from(kept.uses)) use.onSessionEnd(why)
  }
}

/** Whoever reads this process's memory, or a dump of it, finds no word that is good. */
const nameOf = (word: string): string => createHash('sha256').update(word).digest('base64url')

/** From it nobody finds the name, by which a session is found. */
const idOf = (name: string): string => createHash('sha256').update(`session ${name}`).digest('hex').slice(0, 20)

const quietest = (sessions: ReadonlySet<Kept>): Kept => Array.from(sessions).reduce((a, b) => (b.seen < a.seen ? b : a))
