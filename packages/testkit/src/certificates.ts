/** Certificates for tests, right ones and wrong ones: authorities, and what they issue, as DER by hand so that it can be as wrong as it must be. */
import { type KeyObject, createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { bits, integer, objectId, octets, replaced, sequence, set, tagged, time, utf8, yes } from '@plodge/server/der/write.ts'

const DAY_MS = 86_400_000
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
export const ECDSA_WITH_SHA1 = '1.2.840.10045.4.1'

export interface TestCertificate {
  readonly der: Buffer
  /** PEM. */
  readonly certificate: string
  readonly key: string
  readonly fingerprint: string
  readonly subject: string
  readonly privateKey: KeyObject
}

export interface Making {
  /** Its common name. */
  readonly subject?: string
  /** Nobody: it signs itself. */
  readonly by?: Pick<TestCertificate, 'subject' | 'privateKey'> | undefined
  /** id-on-xmppAddr, each; bytes are put there as they are. */
  readonly addresses?: readonly (string | Buffer)[]
  readonly isAuthority?: boolean
  /** Of the extended key usage. */
  readonly purpose?: string | undefined
  /** More extensions. */
  readonly extensions?: readonly Buffer[]
  /** Days from now. */
  readonly from?: number
  readonly until?: number
  readonly algorithm?: typeof ECDSA_WITH_SHA256 | typeof ECDSA_WITH_SHA1
}

export const extension = (id: string, value: Buffer, { isCritical = false } = {}): Buffer =>
  sequence(objectId(id), ...(isCritical ? [yes] : []), octets(value))

/** RFC 6120 §13.7.1.4. */
export const xmppAddress = (text: string | Buffer): Buffer =>
  tagged(0, Buffer.concat([objectId('1.3.6.1.5.5.7.8.5'), tagged(0, typeof text === 'string' ? utf8(text) : text)]))
export const dnsName = (name: string): Buffer => replaced(2, Buffer.from(name))
export const alternativeNames = (...names: readonly Buffer[]): Buffer => extension('2.5.29.17', sequence(...names))
export const keyUsage = (byte: number): Buffer => extension('2.5.29.15', bits(Buffer.from([byte])), { isCritical: true })

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

export function makeCertificate({
  subject = 'somebody',
  by,
  addresses = [],
  isAuthority = false,
  purpose = isAuthority ? undefined : CLIENT_AUTH,
  extensions = [],
  from = -1,
  until = 365,
  algorithm = ECDSA_WITH_SHA256,
}: Making = {}): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signing = sequence(objectId(algorithm))
  const now = Date.now()
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    signing,
    nameOf(by?.subject ?? subject),
    sequence(time(new Date(now + from * DAY_MS)), time(new Date(now + until * DAY_MS))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      3,
      sequence(
        extension('2.5.29.19', sequence(...(isAuthority ? [yes] : [])), { isCritical: true }),
        ...(purpose === undefined ? [] : [extension('2.5.29.37', sequence(objectId(purpose)))]),
        ...(addresses.length > 0 ? [alternativeNames(...addresses.map(xmppAddress))] : []),
        ...extensions,
      ),
    ),
  )
  const hash = algorithm === ECDSA_WITH_SHA1 ? 'sha1' : 'sha256'
  const der = sequence(body, signing, bits(sign(hash, body, by?.privateKey ?? privateKey)))
  return {
    der,
    certificate: `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    fingerprint: createHash('sha256').update(der).digest('hex'),
    subject,
    privateKey,
  }
}

const nameOf = (text: string): Buffer => sequence(set(sequence(objectId('2.5.4.3'), utf8(text))))
