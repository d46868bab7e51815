/** What streams ask of whoever judges the certificates of clients. */
import type { Now } from '../routing/now.ts'
import type { Localpart } from '../storage/repositories.ts'

export type CertificateHolder =
  /** Our own web tier: it speaks for people who signed in there. */
  | { readonly kind: 'web' }
  /** At least one: all that the certificate proves. */
  | { readonly kind: 'person'; readonly localparts: readonly Localpart[] }

export interface Certificates {
  /** Undefined for one that is good for nothing here. */
  holderOf(certificate: Buffer): CertificateHolder | undefined
  /** Whether that account may be logged in by this kind of holder. */
  standingOf(localpart: Localpart, holder: Pick<CertificateHolder, 'kind'>): Now<'welcome' | 'locked' | 'unknown'>
}
