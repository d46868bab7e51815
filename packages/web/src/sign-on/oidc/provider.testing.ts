/** For tests: an OpenID provider that can be made to say anything, reached without a network. */
import { type KeyObject, createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { CustomFetch } from 'openid-client'

export const ISSUER = 'https://id.test'
export const CLIENT = 'chat'
export const SECRET = 'a secret of the client'

type Claims = Record<string, unknown>
interface Grant {
  readonly challenge: string | null
  readonly redirectUri: string | null
  readonly nonce: string | null
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Signed with RS256, or with whatever `header` says it is. */
export function token(claims: Claims, key: KeyObject, header: object = {}): string {
  const over = `${encode({ alg: 'RS256', kid: '1', typ: 'JWT', ...header })}.${encode(claims)}`
  return `${over}.${sign('sha256', Buffer.from(over), key).toString('base64url')}`
}

export class TestProvider {
  readonly keys = pair()
  /** What is said of the person, and by what. */
  claims: (usual: Claims) => Claims = usual => usual
  sign: (claims: Claims) => string = claims => token(claims, this.keys.privateKey)
  userinfo: Claims = { sub: 'x7' }
  /** What it says of itself. */
  metadata: Claims = {}
  isReachable = true
  /** Whether it takes a code twice, or from anybody. */
  isCareless = false
  readonly asked: string[] = []
  readonly #grants = new Map<string, Grant>()

  /** Somebody agrees there; gives the query that they bring back. */
  agree(at: string, more: Readonly<Record<string, string>> = {}): string {
    const { searchParams: asked } = new URL(at)
    const code = randomUUID()
    this.#grants.set(code, { challenge: asked.get('code_challenge'), redirectUri: asked.get('redirect_uri'), nonce: asked.get('nonce') })
    return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: ISSUER, ...more }).toString()
  }

  readonly ask: CustomFetch = (url, options) => {
    const { pathname } = new URL(url)
    this.asked.push(pathname)
    if (!this.isReachable) return Promise.reject(new TypeError('fetch failed'))
    return Promise.resolve(this.#answer(pathname, options.body instanceof URLSearchParams ? options.body : new URLSearchParams()))
  }

  #answer(path: string, body: URLSearchParams): Response {
    switch (path) {
      case '/.well-known/openid-configuration':
        return Response.json({
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: `${ISSUER}/token`,
          userinfo_endpoint: `${ISSUER}/userinfo`,
          jwks_uri: `${ISSUER}/keys`,
          end_session_endpoint: `${ISSUER}/logout`,
          id_token_signing_alg_values_supported: ['RS256'],
          authorization_response_iss_parameter_supported: true,
          ...this.metadata,
        })
      case '/keys':
        return Response.json({ keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' }] })
      case '/userinfo':
        return Response.json(this.userinfo)
      case '/token':
        return this.#token(body)
      default:
        return new Response(undefined, { status: 404 })
    }
  }

  #token(said: URLSearchParams): Response {
    const code = said.get('code') ?? ''
    const grant = this.#grants.get(code)
    const challenge = createHash('sha256')
      .update(said.get('code_verifier') ?? '')
      .digest('base64url')
    const isGood = grant?.challenge === challenge && grant.redirectUri === said.get('redirect_uri')
    if (!grant || (!isGood && !this.isCareless)) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    if (!this.isCareless) this.#grants.delete(code)
    const now = Math.floor(Date.now() / 1000)
    const usual = {
      iss: ISSUER,
      aud: CLIENT,
      sub: 'x7',
      iat: now,
      exp: now + 300,
      nonce: grant.nonce,
      email: 'spqr2@cam.ac.uk',
      email_verified: true,
      hd: 'cam.ac.uk',
    }
    return Response.json({ access_token: 'x', token_type: 'Bearer', id_token: this.sign(this.claims(usual)) })
  }
}
