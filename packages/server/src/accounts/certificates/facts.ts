/** What a certificate (RFC 5280) says of its holder, as far as logging in goes. The subject is not read: it is not for addresses (RFC 6120 §13.7.1). */
import { NotDer, TAG, type Tlv, around, readAll, readOne } from '../../der/read.ts'

export interface CertificateFacts {
  /** id-on-xmppAddr (RFC 6120 §13.7.1.4), as written. */
  readonly addresses: readonly string[]
  /** RFC 5280 §4.2.1.3, §4.2.1.12: its key may sign for a client; so it may where nothing is said. */
  readonly mayProveClients: boolean
  readonly isAuthority: boolean
  /** RFC 5280 §4.2: a critical extension that is not understood makes it worthless. */
  readonly hasUnknown: boolean
}

/** As hexadecimal digits of their encoding. */
const SUBJECT_ALT_NAME = '551d11'
const BASIC_CONSTRAINTS = '551d13'
const KEY_USAGE = '551d0f'
const EXTENDED_KEY_USAGE = '551d25'
/** 2.5.29.32, certificatePolicies: what the authority promises; nothing here asks for a promise. */
const POLICIES = '551d20'
const KNOWN: ReadonlySet<string> = new Set([SUBJECT_ALT_NAME, BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, POLICIES])

/** 1.3.6.1.5.5.7.8.5. */
const XMPP_ADDRESS = '2b06010505070805'
/** 1.3.6.1.5.5.7.3.2, and 2.5.29.37.0: any. */
const CLIENT_AUTH: ReadonlySet<string> = new Set(['2b06010505070302', '551d2500'])
const DIGITAL_SIGNATURE = 0x80

/** Throws NotDer. */
export function factsOf(certificate: Buffer): CertificateFacts {
  const [body] = readAll(readOne(certificate, TAG.sequence))
  if (body?.tag !== TAG.sequence) throw new NotDer('a certificate without a body')
  const wrapped = readAll(body.content).find(({ tag }) => tag === around(3))
  const extensions = wrapped ? readExtensions(readOne(wrapped.content, TAG.sequence)) : new Map<string, Extension>()
  const valueOf = (id: string): Buffer | undefined => extensions.get(id)?.value
  return {
    addresses: addressesIn(valueOf(SUBJECT_ALT_NAME)),
    mayProveClients: maySign(valueOf(KEY_USAGE)) && isForClients(valueOf(EXTENDED_KEY_USAGE)),
    isAuthority: isAuthority(valueOf(BASIC_CONSTRAINTS)),
    hasUnknown: [...extensions].some(([id, { isCritical }]) => isCritical && !KNOWN.has(id)),
  }
}

interface Extension {
  readonly isCritical: boolean
  readonly value: Buffer
}

/** RFC 5280 §4.2: no extension comes twice. */
function readExtensions(bytes: Buffer): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>()
  for (const { tag, content } of readAll(bytes)) {
    const parts = tag === TAG.sequence ? readAll(content) : []
    const [id, second, third] = parts
    const critical = parts.length === 3 ? second : undefined
    const value = third ?? second
    if (id?.tag !== TAG.objectId || value?.tag !== TAG.octets || parts.length > 3) throw new NotDer('an extension that is none')
    if (critical && critical.tag !== TAG.boolean) throw new NotDer('an extension that is none')
    const key = id.content.toString('hex')
    if (found.has(key)) throw new NotDer('an extension twice')
    found.set(key, { isCritical: isTrue(critical), value: value.content })
  }
  return found
}

const isTrue = (flag: Tlv | undefined): boolean => flag?.tag === TAG.boolean && flag.content.some(byte => byte !== 0)

/** RFC 5280 §4.2.1.6: otherName ::= [0] { type-id, [0] value }. What is in other names does not matter here. */
function addressesIn(names: Buffer | undefined): readonly string[] {
  if (!names) return []
  const found: string[] = []
  for (const { tag, content } of readAll(readOne(names, TAG.sequence))) {
    const [id, value, ...rest] = tag === around(0) ? readAll(content) : []
    if (id?.tag !== TAG.objectId || id.content.toString('hex') !== XMPP_ADDRESS) continue
    if (value?.tag !== around(0) || rest.length > 0) throw new NotDer('an address that is none')
    found.push(readUtf8(readOne(value.content, TAG.utf8)))
  }
  return found
}

function readUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new NotDer('text that is not UTF-8')
  }
}

function maySign(usage: Buffer | undefined): boolean {
  if (!usage) return true
  // The first byte of a bit string says how many bits of the last do not count.
  const [, first = 0] = readOne(usage, TAG.bits)
  return (first & DIGITAL_SIGNATURE) !== 0
}

function isForClients(usage: Buffer | undefined): boolean {
  if (!usage) return true
  return readAll(readOne(usage, TAG.sequence)).some(({ tag, content }) => tag === TAG.objectId && CLIENT_AUTH.has(content.toString('hex')))
}

const isAuthority = (constraints: Buffer | undefined): boolean =>
  constraints !== undefined && isTrue(readAll(readOne(constraints, TAG.sequence))[0])
