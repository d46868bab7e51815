/** Who sends (RFC 8292): browsers take notifications for a subscription from the key alone that it was made for. */
import { type KeyObject, createECDH, createPrivateKey, sign } from 'node:crypto'

/** §2: at most a day; a token is used again for as long as it is good for half of this. */
const LIFE_SECONDS = 12 * 3600
/** Push services that people use are a handful. */
const MOST_TOKENS = 1000

export class Vapid {
  /** What a browser subscribes with: the point, in base64url. */
  readonly publicKey: string
  readonly #key: KeyObject
  readonly #subject: () => string
  readonly #tokens = new Map<string, { readonly token: string; readonly until: number }>()

  /** `secret` is 32 bytes that are kept; `subject` is where the operator of a push service can complain, a `mailto:` or `https:` URI (§2.1). */
  constructor(secret: Buffer, subject: () => string) {
    const curve = createECDH('prime256v1')
    curve.setPrivateKey(secret)
    const point = curve.getPublicKey()
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(part => part.toString('base64url'))
    this.publicKey = point.toString('base64url')
    this.#key = createPrivateKey({
      format: 'jwk',
      key: { kty: 'EC', crv: 'P-256', d: secret.toString('base64url'), x: x ?? '', y: y ?? '' },
    })
    this.#subject = subject
  }

  /** The value of `Authorization` for an origin (§3). */
  authorization(origin: string, now: number): string {
    return `vapid t=${this.#tokenFor(origin, Math.floor(now / 1000))}, k=${this.publicKey}`
  }

  #tokenFor(origin: string, now: number): string {
    const known = this.#tokens.get(origin)
    if (known && known.until - now > LIFE_SECONDS / 2) return known.token
    const until = now + LIFE_SECONDS
    const claims = `${part({ typ: 'JWT', alg: 'ES256' })}.${part({ aud: origin, exp: until, sub: this.#subject() })}`
    const signature = sign('sha256', Buffer.from(claims), { key: this.#key, dsaEncoding: 'ieee-p1363' })
    const token = `${claims}.${signature.toString('base64url')}`
    this.#tokens.delete(origin)
    this.#tokens.set(origin, { token, until })
    if (this.#tokens.size > MOST_TOKENS) this.#tokens.delete(this.#tokens.keys().next().value ?? '')
    return token
  }
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
