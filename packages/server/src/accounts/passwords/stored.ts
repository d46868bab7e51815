/** The forms in which a password may be stored: hashes of crypt(3), of LDAP and of Dovecot, and SCRAM verifiers. Parsed and bounded here, checked in check.ts. */
import type { Verifier } from '../../storage/repositories.ts'

export type Digest = 'md5' | 'sha1' | 'sha256' | 'sha512'

export type PasswordHash =
  | { readonly kind: 'md5-crypt'; readonly magic: '1' | 'apr1'; readonly salt: string; readonly digest: string }
  | {
      readonly kind: 'sha-crypt'
      readonly algorithm: 'sha256' | 'sha512'
      readonly rounds: number
      readonly salt: string
      readonly digest: string
    }
  | { readonly kind: 'bcrypt'; readonly text: string }
  /** Only the system's libcrypt knows these. */
  | { readonly kind: 'libcrypt'; readonly form: 'yescrypt' | 'gost-yescrypt' | 'scrypt' | 'des'; readonly text: string }
  | { readonly kind: 'digest'; readonly algorithm: Digest; readonly digest: Buffer; readonly salt: Buffer }
  | { readonly kind: 'pbkdf2'; readonly salt: string; readonly iterations: number; readonly digest: Buffer }
  | {
      readonly kind: 'argon2'
      readonly algorithm: 'argon2id' | 'argon2i'
      readonly memory: number
      readonly passes: number
      readonly parallelism: number
      readonly salt: Buffer
      readonly digest: Buffer
    }

export type Stored =
  | { readonly kind: 'hash'; readonly hash: PasswordHash }
  | { readonly kind: 'verifier'; readonly verifier: Verifier }
  /** The words for the operator; never any of the hash. */
  | { readonly kind: 'refused'; readonly why: string }

const refused = (why: string): Stored => ({ kind: 'refused', why })
const TOO_COSTLY = refused('checking it would cost too much: its work factor is over the bound')
const MOST_CHARACTERS = 512

export function parseStored(text: string): Stored {
  if (text.length > MOST_CHARACTERS) return refused('the hash is too long')
  const scheme = /^\{([A-Za-z0-9.-]{1,32})\}(.*)$/.exec(text)
  return scheme ? parseScheme((scheme[1] ?? '').toUpperCase(), scheme[2] ?? '') : parseCrypt(text)
}

/** Dovecot's `{SCHEME}` (and LDAP's, RFC 2307 §5.3, which differs in nothing that matters here). */
function parseScheme(scheme: string, rest: string): Stored {
  switch (scheme) {
    case 'MD5':
      // Dovecot's is crypt(3)'s, LDAP's is a digest.
      return rest.startsWith('$') ? parseCrypt(rest) : parseDigest('MD5', false, false, rest)
    case 'CRYPT':
    case 'MD5-CRYPT':
    case 'SHA256-CRYPT':
    case 'SHA512-CRYPT':
    case 'BLF-CRYPT':
    case 'DES-CRYPT':
    case 'ARGON2I':
    case 'ARGON2ID':
      return parseCrypt(rest)
    case 'PBKDF2':
      return parsePbkdf2(rest)
    case 'SCRAM-SHA-1':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return parseVerifier(scheme, rest)
    case 'PLAIN':
    case 'CLEAR':
    case 'CLEARTEXT':
      return refused('the password is in clear; store a hash of it (doveadm pw -s SCRAM-SHA-256)')
    default: {
      const found = /^(S)?(MD5|SHA|SHA1|SHA256|SHA512)(?:\.(HEX|B64|BASE64))?$/.exec(scheme)
      return found
        ? parseDigest(found[2] ?? '', found[1] !== undefined, found[3] === 'HEX', rest)
        : refused(`the scheme {${scheme}} is not one that Plodge knows`)
    }
  }
}

const DIGESTS: Readonly<Record<string, readonly [Digest, number]>> = {
  MD5: ['md5', 16],
  SHA: ['sha1', 20],
  SHA1: ['sha1', 20],
  SHA256: ['sha256', 32],
  SHA512: ['sha512', 64],
}

function parseDigest(name: string, isSalted: boolean, isHex: boolean, rest: string): Stored {
  const [algorithm, size] = DIGESTS[name] ?? ['sha1', 20]
  const bytes = isHex ? fromHex(rest) : fromBase64(rest)
  if (!bytes || (isSalted ? bytes.length <= size : bytes.length !== size))
    return refused(`the hash is not one of {${isSalted ? 'S' : ''}${name}}`)
  return { kind: 'hash', hash: { kind: 'digest', algorithm, digest: bytes.subarray(0, size), salt: bytes.subarray(size) } }
}

/** Dovecot's: `$1$salt$iterations$hex`, HMAC-SHA-1, the salt as the text it is. */
function parsePbkdf2(rest: string): Stored {
  const found = /^\$1\$([^$]{1,64})\$([1-9]\d{0,9})\$([0-9a-f]{40})$/i.exec(rest)
  if (!found) return refused('the hash is not one of {PBKDF2}')
  const iterations = Number(found[2])
  if (iterations > 2_000_000) return TOO_COSTLY
  return { kind: 'hash', hash: { kind: 'pbkdf2', salt: found[1] ?? '', iterations, digest: Buffer.from(found[3] ?? '', 'hex') } }
}

const KEY_BYTES = { 'SCRAM-SHA-1': 20, 'SCRAM-SHA-256': 32, 'SCRAM-SHA-512': 64 } as const

/** `iterations,salt,StoredKey,ServerKey` as doveadm pw writes it. */
function parseVerifier(mechanism: Verifier['mechanism'], rest: string): Stored {
  const [count = '', salt = '', storedKey = '', serverKey = '', ...more] = rest.split(',')
  const size = KEY_BYTES[mechanism]
  const isWhole =
    more.length === 0 && /^[1-9]\d{0,9}$/.test(count) && fromBase64(storedKey)?.length === size && fromBase64(serverKey)?.length === size
  if (!isWhole || (fromBase64(salt)?.length ?? 0) < 8) return refused(`this is not a verifier of {${mechanism}}`)
  const iterations = Number(count)
  if (iterations > 2_000_000) return TOO_COSTLY
  // RFC 5802 §5.1.
  if (iterations < 4096) return refused('the verifier has fewer than 4096 iterations')
  return { kind: 'verifier', verifier: { mechanism, iterations, salt, storedKey, serverKey } }
}

/** crypt(5): the form is known by its prefix. */
function parseCrypt(text: string): Stored {
  const hash = parseMd5Crypt(text) ?? parseShaCrypt(text) ?? parseBcrypt(text) ?? parseLibcrypt(text) ?? parseArgon2(text)
  if (hash === 'too-costly') return TOO_COSTLY
  if (hash) return { kind: 'hash', hash }
  if (text === 'x') return refused('the hash is in another file (x): feed the shadow file')
  const prefix = /^\$([A-Za-z0-9-]{1,12})[$,]/.exec(text)?.[1]
  return refused(
    prefix === undefined ? 'this is no password hash' : `the hash begins like $${prefix}$ but is not one, or not one that Plodge knows`,
  )
}

type Found = PasswordHash | 'too-costly' | undefined

function parseMd5Crypt(text: string): Found {
  const found = /^\$(1|apr1)\$([^$:\s]{0,8})\$([./0-9A-Za-z]{22})$/.exec(text)
  return found ? { kind: 'md5-crypt', magic: found[1] as '1' | 'apr1', salt: found[2] ?? '', digest: found[3] ?? '' } : undefined
}

function parseShaCrypt(text: string): Found {
  const found = /^\$([56])\$(?:rounds=([1-9]\d{3,8})\$)?([^$:\s]{0,16})\$([./0-9A-Za-z]+)$/.exec(text)
  if (!found || found[4]?.length !== (found[1] === '5' ? 43 : 86)) return undefined
  const rounds = Number(found[2] ?? 5000)
  return rounds > 1_000_000
    ? 'too-costly'
    : { kind: 'sha-crypt', algorithm: found[1] === '5' ? 'sha256' : 'sha512', rounds, salt: found[3] ?? '', digest: found[4] }
}

function parseBcrypt(text: string): Found {
  const found = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{53}$/.exec(text)
  if (!found) return undefined
  return Number(found[1]) > 15 ? 'too-costly' : { kind: 'bcrypt', text }
}

/** The work factors are one character each (crypt(5)): up to 256 MB for yescrypt and scrypt. */
function parseLibcrypt(text: string): Found {
  const yescrypt = /^\$(g?y)\$j([./0-9A-Za-z])([./0-9A-Za-z])\$[./0-9A-Za-z]{1,86}\$[./0-9A-Za-z]{43}$/.exec(text)
  if (yescrypt) {
    const isModest = /^[./0-9A-D]$/.test(yescrypt[2] ?? '') && /^[./0-9A-T]$/.test(yescrypt[3] ?? '')
    return isModest ? { kind: 'libcrypt', form: yescrypt[1] === 'y' ? 'yescrypt' : 'gost-yescrypt', text } : 'too-costly'
  }
  if (/^\$7\$[./0-9A-Za-z]{11}[^$:\s]{0,86}\$[./0-9A-Za-z]{43}$/.test(text)) {
    return /^\$7\$[./0-9A-E][./0-9A-U]\.{4}[./0-9]\.{4}/.test(text) ? { kind: 'libcrypt', form: 'scrypt', text } : 'too-costly'
  }
  return /^[./0-9A-Za-z]{13}$/.test(text) ? { kind: 'libcrypt', form: 'des', text } : undefined
}

/** The text form of the Argon2 reference implementation; memory in KiB (RFC 9106 §3.1). */
function parseArgon2(text: string): Found {
  const found = /^\$(argon2id?)\$v=19\$m=(\d{1,9}),t=(\d{1,6}),p=(\d{1,4})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(text)
  const salt = fromBase64(found?.[5] ?? '')
  const digest = fromBase64(found?.[6] ?? '')
  if (!found || !salt || !digest) return undefined
  const [memory, passes, parallelism] = [Number(found[2]), Number(found[3]), Number(found[4])]
  if (parallelism < 1 || passes < 1 || memory < 8 * parallelism) return undefined
  if (memory > 262_144 || passes > 64 || parallelism > 16) return 'too-costly'
  return { kind: 'argon2', algorithm: found[1] as 'argon2id' | 'argon2i', memory, passes, parallelism, salt, digest }
}

/** With or without padding, and nothing else. */
function fromBase64(text: string): Buffer | undefined {
  return text !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}
