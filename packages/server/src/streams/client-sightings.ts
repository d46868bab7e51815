/** What streams tell of the client software that logs in (XEP-0388 `<user-agent/>`). */
import type { ClientWay, Localpart } from '../storage/repositories.ts'

export interface Sighting {
  readonly localpart: Localpart
  readonly way: ClientWay | 'anonymous'
  readonly address: string
  /** A UUID; undefined for a client that does not say which it is. */
  readonly userAgentId?: string | undefined
  readonly software?: string | undefined
  readonly device?: string | undefined
  readonly appPassword?: string | undefined
}

export interface ClientSightings {
  /** Remembers it, and gives its id: ours, and the same each time. */
  saw(sighting: Sighting): string
  /** A name for the resource of a client: the same each time for the same client with the same tag; random for one that does not say which it is. */
  resourceOf(localpart: Localpart, userAgentId: string | undefined, tag: string): string
}
