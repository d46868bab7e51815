/** One bound client, as routing and modules see it: an address, what it told us about itself, and a place to send stanzas. */
import type { Account, Device } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { ArchiveId, Localpart } from '../storage/repositories.ts'

/** A stanza that the client has not acknowledged (XEP-0198), and its archive id, 0 when it is in no archive. */
export interface Unacked {
  /** Undefined when only its archive id was remembered: then it is read from there. */
  readonly stanza: Stanza | undefined
  readonly mark: ArchiveId
}

/** Where an account's history has something that was sent to one of its devices: a message, or the copy of one (XEP-0280). */
export interface Place {
  readonly id: ArchiveId
  readonly copied: 'sent' | 'received' | undefined
}

/** All messages of an account's history between these, both inclusive. */
export interface HistoryRead {
  readonly from: ArchiveId
  readonly to: ArchiveId
}

export interface Session {
  readonly jid: Device
  readonly account: Account
  readonly localpart: Localpart
  /** Milliseconds since 1970. */
  readonly since: number
  /** Which of the account's clients it is (accounts/clients); undefined before that is known, and in tests. */
  readonly client?: string | undefined
  /** The app password that it logged in with, by its id; undefined when it was no such. */
  readonly appPassword?: string | undefined
  /** Where the client is, as an address of the network; for the owner and the operator only. */
  readonly address: string
  /** The last presence without addressee while available (RFC 6121 §4.2, §4.4), stamped with `from`; undefined when unavailable. */
  presence: Stanza | undefined
  /** Of that presence (RFC 6121 §4.7.2.3); meaningless while unavailable. */
  priority: number
  /** Asked for the roster, so gets roster pushes (RFC 6121 §2.2). */
  isInterested: boolean
  /** XEP-0280. */
  wantsCarbons: boolean
  /** What it has read of its history, or will read: that is not sent to it late. Undefined while it has not asked for it. */
  readsHistory?: HistoryRead | undefined
  /** Knows XEP-0191: asked for the block list. */
  wantsBlocklist: boolean

  /** A client that sleeps (XEP-0352, XEP-0357): when its line breaks it may come back much later than others. */
  isMobile: boolean
  /** Sends a stanza; its `to` must be set. `mark` is the id under which the receiving account's archive has it. */
  send(stanza: Stanza, mark?: ArchiveId): void
  /** The lowest archive id that was sent and not acknowledged; 0 when everything was, or when the client does not acknowledge. */
  readonly unackedMark: ArchiveId
  /** So much waits for the client that more should wait elsewhere: bytes on its line, or stanzas that it does not acknowledge. */
  readonly isBehind: boolean
  /** XEP-0198: the line is gone, and the client may come back. */
  readonly isLost: boolean
  /** XEP-0352: since when nobody looks at the client, milliseconds since 1970; undefined when somebody does. For nobody else to know (§7). */
  readonly inactiveSince: number | undefined
  /** Ends the stream with an error that the person can read (RFC 6120 §4.9). */
  end(reason: 'conflict' | 'not-authorized' | 'policy-violation' | 'reset', text: string): void
}

/** Available, and ready for messages to the account (RFC 6121 §8.5.2). */
export const isReachable = (session: Session): boolean => session.presence !== undefined && session.priority >= 0
