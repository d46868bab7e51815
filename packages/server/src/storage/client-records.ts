/** Which client software people use, and the secrets by which it comes back: as a repository. */
import type { Localpart } from './localpart.ts'

/** How a client proved whose it is. `web`: our own web tier spoke for it. */
export type ClientWay = 'password' | 'fast' | 'app-password' | 'certificate' | 'web'

/** The client software of one person on one device, as it described itself (XEP-0388 `<user-agent/>`). */
export interface ClientRecord {
  readonly localpart: Localpart
  /** Ours, opaque: what the person sees and revokes it by (XEP-0494). */
  readonly id: string
  /** Undefined for all those together that do not say which they are. */
  readonly userAgentId: string | undefined
  readonly software: string | undefined
  readonly device: string | undefined
  /** The network address of its last use; empty where that is not kept. */
  readonly address: string
  /** Milliseconds since 1970. */
  readonly firstSeen: number
  readonly lastSeen: number
  /** All that it used, the last one first. */
  readonly ways: readonly ClientWay[]
  /** The app password that it logged in with last, by its id; undefined when it was no such. */
  readonly appPassword: string | undefined
}

/** A secret that lets one client in without the password (XEP-0484). `new` was handed out and not used yet. */
export interface FastToken {
  readonly slot: 'new' | 'current'
  /** It is good for this mechanism and no other. */
  readonly mechanism: string
  readonly secret: string
  readonly expiresAt: number
  /** The highest `count` that was seen with it. */
  readonly count: number
  /** The app password that it was got by, and goes with. */
  readonly appPassword?: string | undefined
}

export interface Clients {
  /** The last seen first. */
  list(owner: Localpart): Promise<readonly ClientRecord[]>
  /**
   * Adds or renews: `firstSeen` stays, `ways` are joined. An account has at most `most`; the ones not seen for longest go, with their
   * tokens. What belongs to no account is passed over. Gives those that were not there before.
   */
  note(clients: readonly ClientRecord[], most: number): Promise<readonly ClientRecord[]>
  /** With its tokens. False when there is none. */
  remove(owner: Localpart, id: string): Promise<boolean>
  tokens(owner: Localpart, id: string): Promise<readonly FastToken[]>
  /** In place of all that the client had; nothing for a client that is not noted. */
  setTokens(owner: Localpart, id: string, tokens: readonly FastToken[]): Promise<void>
  /** Which clients of an account have a token that has not expired. */
  withTokens(owner: Localpart, now: number): Promise<readonly string[]>
  /** Forgets those that were last seen before that, with their tokens. */
  expire(before: number): Promise<void>
  /** The clients that logged in with it last, and all tokens that were got by it; gives the ids of those clients. */
  removeAppPassword(owner: Localpart, appPassword: string): Promise<readonly string[]>
  /** The password of these accounts is another one: nothing that was got by the old one is good any more. */
  passwordChanged(owners: readonly Localpart[]): Promise<void>
}
