/** SASL EXTERNAL (RFC 4422 appendix A, XEP-0178 §2): the certificate of the TLS connection says who this is, or that it may say so. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { decodeText } from '@plodge/xmpp/sasl/text.ts'
import type { Connection } from '../net/connection.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Localpart } from '../storage/repositories.ts'
import type { SaslExchange, SaslStep } from './authenticator.ts'
import type { CertificateHolder, Certificates } from './certificates.ts'
import { guarded } from './guarded.ts'

export const EXTERNAL = 'EXTERNAL'

/** RFC 6120 §6.3.4: on offer to those only who showed a certificate that is good for something. */
export function isExternalFor({ certificate }: Connection, certificates: Certificates): boolean {
  return certificate !== undefined && certificates.holderOf(certificate) !== undefined
}

export class External implements SaslExchange {
  readonly #domain: string
  readonly #certificates: Certificates
  readonly #connection: Connection

  constructor(domain: string, certificates: Certificates, connection: Connection) {
    this.#domain = domain
    this.#certificates = certificates
    this.#connection = connection
  }

  next(message: Buffer): Now<SaslStep> {
    return guarded(() => this.#decide(decodeText(message)))
  }

  #decide(authzid: string): Now<SaslStep> {
    const { certificate } = this.#connection
    const holder = certificate && this.#certificates.holderOf(certificate)
    // It may have expired since it was asked what is on offer.
    if (!holder) throw new SaslError('not-authorized', 'This certificate is not known here')
    const localpart = localpartFor(holder, authzid === '' ? undefined : this.#read(authzid))
    return andThen(this.#certificates.standingOf(localpart, holder), (standing): SaslStep => {
      if (standing === 'welcome') return { kind: 'success', localpart, data: undefined, way: holder.kind === 'web' ? 'web' : 'certificate' }
      const error =
        standing === 'locked'
          ? new SaslError('account-disabled', 'This account is locked; ask the service desk')
          : new SaslError('not-authorized', 'There is no such account here')
      return { kind: 'failure', error }
    })
  }

  /** RFC 6120 §6.3.8: a bare address; one of another domain is nobody whom anything here could prove. */
  #read(authzid: string): Localpart {
    const jid = Jid.parse(authzid)
    if (!jid || jid.local === '' || jid.resource !== '')
      throw new SaslError('invalid-authzid', 'Who is meant is said by an address without a resource')
    if (jid.domain !== this.#domain) throw new SaslError('invalid-authzid', `Addresses here are of ${this.#domain}`)
    return jid.local
  }
}

function localpartFor(holder: CertificateHolder, wanted: Localpart | undefined): Localpart {
  if (holder.kind === 'web') {
    if (wanted === undefined) throw new SaslError('invalid-authzid', 'Whoever speaks for others says for whom')
    return wanted
  }
  const [only, ...others] = holder.localparts
  if (wanted !== undefined && holder.localparts.includes(wanted)) return wanted
  if (wanted !== undefined) throw new SaslError('invalid-authzid', 'The certificate is somebody else’s')
  if (only === undefined || others.length > 0)
    throw new SaslError('invalid-authzid', 'The certificate has several addresses: say which is meant')
  return only
}
