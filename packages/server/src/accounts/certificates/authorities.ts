/** The authorities that issue people's certificates, and whether one of them issued this one (RFC 5280). */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface Authorities {
  /** PEM, as it was read. */
  readonly pem: string
  readonly certificates: readonly X509Certificate[]
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
/** Signatures that somebody could make anew for another certificate. */
const WEAK = /md[245]|sha-?1(?!\d)/i

/** Throws, in words for the operator, when it cannot be read or holds what is no authority. */
export function readAuthorities(file: string): Authorities {
  const pem = read(file)
  const certificates = (pem.match(BLOCK) ?? []).map(block => parsed(block, file))
  if (certificates.length === 0) throw new Error(`${file} holds no certificate in PEM; it is named in [users] certificate_authorities`)
  for (const { ca, subject } of certificates) {
    if (!ca) throw new Error(`${file} holds a certificate that is no authority's: ${subject.replaceAll('\n', ', ')}`)
  }
  return { pem, certificates }
}

/**
 * An authority of ours signed it itself, and both are valid now. What a client sends between its certificate and an authority is not looked at:
 * it would be gone when its TLS session is resumed.
 */
export function isIssued(certificate: X509Certificate, { certificates }: Authorities, now: number): boolean {
  if (WEAK.test(certificate.signatureAlgorithm ?? 'md5') || !isValid(certificate, now)) return false
  return certificates.some(
    authority => isValid(authority, now) && certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  )
}

const isValid = ({ validFromDate, validToDate }: X509Certificate, now: number): boolean =>
  validFromDate.getTime() <= now && now <= validToDate.getTime()

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${file} cannot be read; it is named in [users] certificate_authorities`, { cause: error })
  }
}

function parsed(block: string, file: string): X509Certificate {
  try {
    return new X509Certificate(block)
  } catch (error) {
    throw new Error(`${file} holds a certificate that cannot be read; it is named in [users] certificate_authorities`, { cause: error })
  }
}
