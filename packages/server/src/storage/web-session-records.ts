/** Which browsers people are signed in with at the web tier, as it says when it logs them in: as a repository. */
import type { Localpart } from './localpart.ts'

export interface WebSessionRecord {
  readonly localpart: Localpart
  /** The tier's name for it: opaque, and the same for as long as the browser is signed in. */
  readonly id: string
  /** What the browser and its system are called. */
  readonly name: string | undefined
  /** The browser's network address; empty where that is not kept. */
  readonly address: string
  /** Milliseconds since 1970. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** From then on it is taken for over, if it is not seen again before. */
  readonly expiresAt: number
  /** From then on it is over, whatever happens. */
  readonly until: number
}

export interface WebSessions {
  /** Those that are not over, the last seen first. */
  list(owner: Localpart, now: number): Promise<readonly WebSessionRecord[]>
  /** Whether it was ended; one that nobody knows was not. */
  isOver(owner: Localpart, id: string): Promise<boolean>
  /**
   * Adds or renews; `firstSeen` stays. False when it was ended, and then nothing is changed: what is over stays over. An account has at
   * most `most`; those make way that are over first. What belongs to no account is passed over.
   */
  note(session: WebSessionRecord, most: number): Promise<boolean>
  /** Nothing when it is over, or not known. */
  seen(owner: Localpart, id: string, lastSeen: number, expiresAt: number): Promise<void>
  /** By its person: the tier has still to hear of it. False when there is none, or it is over. */
  revoke(owner: Localpart, id: string, now: number): Promise<boolean>
  /** The tier says, or has heard, that it is over. Nothing when it is not known. */
  over(owner: Localpart, id: string): Promise<void>
  /** Those of which the tier has not heard yet, and that it could still have. */
  revoked(now: number): Promise<readonly Pick<WebSessionRecord, 'localpart' | 'id'>[]>
  /** Forgets what cannot come back. */
  expire(now: number): Promise<void>
}
