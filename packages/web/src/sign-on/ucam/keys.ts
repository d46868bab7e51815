/**
 * The public keys of Ucam-WebAuth sign-on servers, by their ids. Anybody can sign in at Raven's demonstration server, as whoever they like:
 * its key is known by its fingerprint, and is never among others.
 */
import { type KeyObject, createHash, createPublicKey } from 'node:crypto'

export type WlsKeys = ReadonlyMap<string, KeyObject>

export interface KeyFile {
  readonly name: string
  readonly text: string
}

export type KeySet = { readonly kind: 'keys'; readonly keys: WlsKeys } | { readonly kind: 'refused'; readonly why: string }

const DEMO_KID = '901'
/** SHA-256 of the key as SubjectPublicKeyInfo: Node cannot write PKCS#1 of a key that it read as PKCS#1. */
const DEMO_FINGERPRINT = 'd61f4109c85e19bf58a4e7efaf822a4cf1b97a1dd25dcdd363b6d2386ec41a77'
/** Raven's own has so many; they are all that the protocol's signatures can be had with. */
const LEAST_BITS = 1024

/** Of files named `pubkey2`, `pubkey2.pem` or `pubkey2.crt`: the number is the key's id. A certificate is but the wrapping of its key. */
export function readKeys(files: readonly KeyFile[], { isDemo }: { readonly isDemo: boolean }): KeySet {
  const keys = new Map<string, KeyObject>()
  for (const { name, text } of files) {
    const [, kid] = /^pubkey([1-9][0-9]{0,7})(?:\.(?:pem|crt))?$/.exec(name) ?? []
    if (kid === undefined) return refused(`${name} is not named for a key: pubkey2, pubkey2.pem or pubkey2.crt`)
    if (keys.has(kid)) return refused(`there are two keys ${kid}`)
    const key = keyIn(text)
    if (!key) return refused(`${name} holds no RSA public key of ${LEAST_BITS} bits or more, in PEM`)
    if (isDemo !== isOfDemo(kid, key))
      return refused(
        isDemo
          ? `${name} is not the key of Raven's demonstration server, and must not stand beside it`
          : `${name} is the key of Raven's demonstration server, where anybody can sign in as anybody`,
      )
    keys.set(kid, key)
  }
  return keys.size > 0 ? { kind: 'keys', keys } : refused('there is no key')
}

const refused = (why: string): KeySet => ({ kind: 'refused', why })

/** Its key by any name, and any key by its name. */
function isOfDemo(kid: string, key: KeyObject): boolean {
  const fingerprint = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return kid === DEMO_KID || fingerprint === DEMO_FINGERPRINT
}

function keyIn(text: string): KeyObject | undefined {
  // A private key would be taken too, and must not lie about on this side.
  if (/PRIVATE KEY/.test(text)) return undefined
  try {
    const key = createPublicKey(text)
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_BITS ? key : undefined
  } catch {
    return undefined
  }
}
