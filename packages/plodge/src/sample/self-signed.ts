/** Makes a certificate that signs itself, for trying things out: ECDSA on P-256, for names and addresses of this machine (RFC 5280). */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import { bits, integer, objectId, octets, replaced, sequence, set, tagged, time, utf8, yes } from '@plodge/server/der/write.ts'

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string
  readonly key: string
}

const DAY_MS = 86_400_000
const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'))

/** `names` are domain names and IP addresses; the first becomes the subject. */
export function selfSigned(names: readonly [string, ...string[]], days: number, now = Date.now()): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicInfo = publicKey.export({ type: 'spki', format: 'der' })
  const name = sequence(set(sequence(objectId('2.5.4.3'), utf8(names[0]))))
  // An hour of the past: clocks differ.
  const validity = sequence(time(new Date(now - DAY_MS / 24)), time(new Date(now + days * DAY_MS)))
  const version3 = tagged(0, integer(Buffer.from([2])))
  const serial = integer(Buffer.concat([Buffer.from([1]), randomBytes(15)]))
  const body = sequence(version3, serial, ECDSA_WITH_SHA256, name, validity, name, publicInfo, extensions(names, publicInfo))
  const certificate = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, privateKey)))
  return { certificate: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

/** RFC 5280 §4.2.1. Not an authority: browsers refuse one as a server. */
function extensions(names: readonly string[], publicInfo: Buffer): Buffer {
  return tagged(
    3,
    sequence(
      extension('2.5.29.19', sequence(), { isCritical: true }),
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), { isCritical: true }),
      extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.17', sequence(...names.map(alternativeName))),
      extension('2.5.29.14', octets(createHash('sha1').update(publicInfo).digest())),
    ),
  )
}

const extension = (id: string, value: Buffer, { isCritical = false } = {}): Buffer =>
  sequence(objectId(id), ...(isCritical ? [yes] : []), octets(value))

/** RFC 5280 §4.2.1.6: dNSName is 2, iPAddress 7. */
function alternativeName(name: string): Buffer {
  if (isIPv4(name)) return replaced(7, Buffer.from(name.split('.').map(Number)))
  if (isIPv6(name)) return replaced(7, Buffer.from(groupsOf(name).join(''), 'hex'))
  return replaced(2, Buffer.from(name))
}

/** The eight groups of an IPv6 address, written out. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.split('::')
  const [first, last] = [head, tail ?? ''].map(part => part.split(':').filter(group => group !== '')) as [string[], string[]]
  const zeros = Array<string>(8 - first.length - last.length).fill('0')
  return [...first, ...zeros, ...last].map(group => group.padStart(4, '0'))
}

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
