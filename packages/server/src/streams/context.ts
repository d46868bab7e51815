/** What all streams of a server share. */
import type { Host } from '../routing/host.ts'
import type { Router } from '../routing/router.ts'
import type { Limits } from '../settings.ts'
import type { Archive, Localpart } from '../storage/repositories.ts'
import type { Now } from '../routing/now.ts'
import type { Authenticator } from './authenticator.ts'
import type { Certificates } from './certificates.ts'
import type { ClientSightings } from './client-sightings.ts'
import type { ClientStream } from './client-stream.ts'
import type { Registrar } from './registration.ts'
import type { Resumables } from './resumables.ts'
import type { Verifiers } from './sasl2/upgrade.ts'
import type { Tokens } from './tokens.ts'

export interface StreamContext {
  readonly host: Host
  readonly router: Router
  readonly authenticator: Authenticator
  readonly certificates: Certificates
  /** Makes accounts for newcomers (XEP-0077). */
  readonly registrar: Registrar
  /** Remembers which client software each person uses. */
  readonly clients: ClientSightings
  /** What lets clients back in (XEP-0484). */
  readonly tokens: Tokens
  readonly verifiers: Verifiers
  readonly archive: Pick<Archive, 'committed'>
  readonly resumables: Resumables
  /** Other domains that clients log in at here, each with streams of its own. */
  readonly others?: ReadonlyMap<string, StreamContext>
  /** Every stream, until its line is gone. */
  readonly streams: Set<ClientStream>
  /** As they are now: SIGHUP changes them. */
  readonly limits: () => Limits
  /** Says who logs in now; false when the account is locked or gone, or the app password revoked, since it was checked. */
  readonly admit: (localpart: Localpart, appPassword?: string) => Now<boolean>
}
