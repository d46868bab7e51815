/**
 * Whom the certificate of a TLS connection lets in: the web tier, known by the hash of its certificate, speaks for everybody here; a person's own
 * certificate says in its subjectAltName who they are. What a subject says is believed of nobody.
 */
import { X509Certificate } from 'node:crypto'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { type Now, andThen } from '../../routing/now.ts'
import type { Settings } from '../../settings.ts'
import type { AccountRecord, Localpart } from '../../storage/repositories.ts'
import type { Accounts } from '../accounts.ts'
import { type Authorities, isIssued } from './authorities.ts'
import { NotDer } from '../../der/read.ts'
import { type CertificateFacts, factsOf } from './facts.ts'

export type Holder =
  | { readonly kind: 'web' }
  /** At least one: all that it proves of ours. */
  | { readonly kind: 'person'; readonly localparts: readonly Localpart[] }

export interface CertificatesOptions {
  readonly domain: string
  readonly accounts: Pick<Accounts, 'find' | 'add'>
  readonly settings: () => { readonly web: Settings['web']; readonly users: Pick<Settings['users'], 'refusedCertificates'> }
  readonly authorities: Authorities | undefined
  readonly clock: () => number
}

export class Certificates {
  readonly #options: CertificatesOptions
  /** As they are now: SIGHUP reads them again. */
  authorities: Authorities | undefined

  constructor(options: CertificatesOptions) {
    this.#options = options
    this.authorities = options.authorities
  }

  /** Undefined for one that is good for nothing here. `certificate` is DER, and whoever showed it has its key. */
  holderOf(certificate: Buffer): Holder | undefined {
    const parsed = parse(certificate)
    if (!parsed) return undefined
    const fingerprint = parsed.fingerprint256.replaceAll(':', '').toLowerCase()
    const { web, users } = this.#options.settings()
    if (users.refusedCertificates.includes(fingerprint)) return undefined
    if (web.certificateFingerprints.includes(fingerprint)) return { kind: 'web' }
    const localparts = this.#localpartsOf(parsed)
    return localparts.length > 0 ? { kind: 'person', localparts } : undefined
  }

  /** How it stands with an account that a holder wants to log in. The one place that makes accounts of people who signed in elsewhere. */
  standingOf(localpart: Localpart, { kind }: Pick<Holder, 'kind'>): Now<'welcome' | 'locked' | 'unknown'> {
    return andThen(this.#options.accounts.find(localpart), account => {
      if (account || kind !== 'web' || !this.#options.settings().web.createAccounts) return standing(account)
      return this.#create(localpart)
    })
  }

  async #create(localpart: Localpart): Promise<'welcome' | 'locked' | 'unknown'> {
    const { accounts } = this.#options
    const change = await accounts.add({ localpart, password: undefined })
    // Somebody may have signed in twice at once; or it is a name that nobody can have.
    return change.kind === 'done' && change.account.localpart === localpart ? 'welcome' : standing(await accounts.find(localpart))
  }

  #localpartsOf(certificate: X509Certificate): readonly Localpart[] {
    const { authorities } = this
    if (!authorities) return []
    const facts = readFacts(certificate.raw)
    // RFC 6120 §13.7.1.1: a certificate that may issue others is nobody's own.
    if (!facts?.mayProveClients || facts.isAuthority || facts.hasUnknown) return []
    const localparts = facts.addresses.flatMap(address => this.#localpartOf(address) ?? [])
    return localparts.length > 0 && isIssued(certificate, authorities, this.#options.clock()) ? [...new Set(localparts)] : []
  }

  /** RFC 6120 §13.7.1.4: a bare address. Those of other domains are somebody else's business. */
  #localpartOf(address: string): Localpart | undefined {
    const jid = Jid.parse(address)
    return jid && jid.local !== '' && jid.resource === '' && jid.domain === this.#options.domain ? jid.local : undefined
  }
}

function standing(account: AccountRecord | undefined): 'welcome' | 'locked' | 'unknown' {
  if (!account) return 'unknown'
  return account.lockedAt === undefined ? 'welcome' : 'locked'
}

function parse(certificate: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate)
  } catch {
    return undefined
  }
}

function readFacts(certificate: Buffer): CertificateFacts | undefined {
  try {
    return factsOf(certificate)
  } catch (error) {
    if (error instanceof NotDer) return undefined
    throw error
  }
}
