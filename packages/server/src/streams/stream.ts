/** A client's stream as everything around it sees it: what is known of it, what it can be told, the phase that it is in, and what all streams share. */
import type { StreamCondition } from '@plodge/xmpp/stream/errors.ts'
import type { RawElement } from '@plodge/xmpp/xml/raw.ts'
import type { Connection } from '../net/connection.ts'
import type { Host } from '../routing/host.ts'
import type { Now } from '../routing/now.ts'
import type { Router } from '../routing/router.ts'
import type { Limits } from '../settings.ts'
import type { Archive, Localpart } from '../storage/repositories.ts'
import type { Authenticator } from './authenticator.ts'
import type { BoundSession } from './bound-session.ts'
import type { Browsers } from './browsers.ts'
import type { Certificates } from './certificates.ts'
import type { ClientSightings } from './client-sightings.ts'
import type { Line } from './line.ts'
import type { Registrar } from './registrar.ts'
import type { Resumables } from './resumables.ts'
import type { Verifiers } from './sasl2/upgrade.ts'
import type { Tokens } from './tokens.ts'

/** Whose session it will be. */
export interface Known {
  readonly localpart: Localpart
  /** Which of the account's clients it is. */
  readonly client: string | undefined
  /** Which app password it proved, if it was one. */
  readonly appPassword: string | undefined
  /** Where the person is, when it is not where the line comes from. */
  readonly address?: string | undefined
}

/** What a stream is ready for: each phase says what it offers and what it takes, and ends by putting the next one in its place. */
export interface Phase {
  /** Nobody logs in by it, and it stays. */
  readonly isLasting?: boolean
  /** The inside of <stream:features/>. */
  features(stream: Stream): string
  /** One first-level element. Throws StreamError to end the stream. */
  element(element: RawElement, stream: Stream): Now<void>
}

export interface Stream extends Line {
  readonly connection: Connection
  readonly context: StreamContext
  /** Milliseconds since 1970. */
  readonly since: number
  readonly isClosed: boolean
  /** The language of the stream, for stanzas that name none (RFC 6120 §8.1.5). */
  readonly lang: string | undefined
  phase: Phase
  /** The bound client, from binding to the end. */
  session: BoundSession | undefined
  /** Who has logged in, until there is a session. */
  known: Known | undefined
  /** Who the client says it will be, until it has proven who it is: a bare address. */
  readonly claimed: string | undefined
  /** When the client was last heard, and when it was last asked for a sign of life (0: not since); milliseconds since 1970. */
  readonly heardAt: number
  probedAt: number
  whenGone(hear: () => void): void
  /** A new stream begins on the same line: after STARTTLS, after SASL (RFC 6120 §4.3.3). */
  restart(phase: Phase, how: { readonly discard: boolean }): void
  /** From here on the limits of people who are known hold. */
  authenticated(known: Known): void
  /** The same without a new stream (XEP-0388 §2.6.1). */
  proceed(phase: Phase): void
  sendFeatures(): void
  /** RFC 6120 §4.9: says why, and closes. */
  fail(condition: StreamCondition, text: string, detail?: string): void
}

export interface StreamContext {
  readonly host: Host
  readonly router: Router
  readonly authenticator: Authenticator
  readonly certificates: Certificates
  /** Makes accounts for newcomers (XEP-0077). */
  readonly registrar: Registrar
  /** Remembers which client software each person uses. */
  readonly clients: ClientSightings
  /** Those that the web tier logs people in with; undefined where it does not. */
  readonly browsers?: Browsers
  /** What lets clients back in (XEP-0484). */
  readonly tokens: Tokens
  readonly verifiers: Verifiers
  readonly archive: Pick<Archive, 'committed'>
  readonly resumables: Resumables
  /** Other domains that clients log in at here, each with streams of its own. */
  readonly others?: ReadonlyMap<string, StreamContext>
  /** Every stream, until its line is gone. */
  readonly streams: Set<Stream>
  /** As they are now: SIGHUP changes them. */
  readonly limits: () => Limits
  /** Says who logs in now; false when the account is locked or gone, or the app password revoked, since it was checked. */
  readonly admit: (localpart: Localpart, appPassword?: string) => Now<boolean>
}
