/** For tests: `samlp` as the identity provider, with keys of its own. What it signs is what it is told to. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import samlp from 'samlp'
import type { SamlSettings } from '../../settings.ts'
import type { Brought, OwnWords } from '../sign-on.ts'

export const ISSUER = 'https://idp.test/saml'
export const EPPN = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.6'

/** Our side. */
export const HOME = 'https://chat.cam.ac.uk'
export const SITE = `${HOME}/sign-on/metadata`
export const ANSWER = `${HOME}/sign-on/answer`

/** A provider whose certificates are in `idp.pem` of that folder. */
export const settingsIn = (folder: string): SamlSettings => ({
  kind: 'saml',
  title: 'Raven',
  issuer: ISSUER,
  url: 'https://idp.test/sso',
  certificates: join(folder, 'idp.pem'),
  own: undefined,
  rule: { name: EPPN, pattern: /^([a-z]+[0-9]+)@cam\.ac\.uk$/u, required: {} },
  logoutUrl: undefined,
  singleLogoutUrl: undefined,
  asksAnew: false,
})

/** What only one browser has. */
export const ownOf =
  (browser: string): OwnWords =>
  purpose =>
    createHash('sha256').update(`${purpose} ${browser}`).digest('base64url')

export interface Keys {
  readonly key: string
  readonly cert: string
}

export function makeKeys(): Keys {
  const folder = mkdtempSync(join(tmpdir(), 'plodge-idp-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=idp', '-keyout', key, '-out', cert],
    {
      stdio: 'pipe',
    },
  )
  const keys = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return keys
}

/** The id of the question that somebody is sent with, and the question. */
export function questionIn(url: string): { readonly id: string; readonly xml: string } {
  const xml = inflateRawSync(Buffer.from(new URL(url).searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
  return { id: /\bID="([^"]+)"/.exec(xml)?.[1] ?? '', xml }
}

export interface Wish {
  readonly id: string
  readonly site: string
  readonly recipient: string
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>
  readonly nameId?: string
  readonly more?: object
}

/** Its answer, in XML. */
export function answerOf(
  { key, cert }: Keys,
  { id, site, recipient, attributes = { [EPPN]: 'spqr2@cam.ac.uk' }, nameId = 'x7', more }: Wish,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = {
    issuer: ISSUER,
    key,
    cert,
    signatureAlgorithm: 'rsa-sha256',
    digestAlgorithm: 'sha256',
    audience: site,
    destination: recipient,
    recipient,
    inResponseTo: id,
    lifetimeInSeconds: 120,
    profileMapper: () => ({
      getClaims: () => attributes,
      getNameIdentifier: () => ({ nameIdentifier: nameId, nameIdentifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' }),
    }),
    ...more,
  }
  samlp.getSamlResponse(options, {}, (error, response = '') => (error ? reject(error) : resolve(response)))
  return promise
}

export interface Leaving {
  readonly binding: 'redirect' | 'post'
  readonly nameId: string
  readonly sessionIndex?: string
  /** Where it goes. */
  readonly to: string
  readonly site: string
  readonly more?: object
}

/** Its word that somebody is out, as a browser brings it. */
export function logoutBy({ key, cert }: Keys, { binding, nameId, sessionIndex, to, site, more }: Leaving): Promise<Brought> {
  const { promise, resolve, reject } = Promise.withResolvers<Brought>()
  const name = binding === 'post' ? 'HTTP-POST' : 'HTTP-Redirect'
  const participant = {
    serviceProviderId: site,
    nameId,
    nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    sessionIndex,
    serviceProviderLogoutURL: to,
    binding: `urn:oasis:names:tc:SAML:2.0:bindings:${name}`,
  }
  const sessionParticipants = { hasElements: () => true, getFirst: (done: (error: null, one: object) => void) => done(null, participant) }
  const store = { save: (_request: object, _state: object, done: (error: null, state: string) => void) => done(null, 'state 1') }
  const options = { issuer: ISSUER, key, cert, deflate: binding === 'redirect', sessionParticipants, store, ...more }
  samlp.logout(options)(
    { query: {}, body: {} },
    {
      set() {},
      redirect: (url: string) => resolve({ method: 'GET', query: new URL(url).search.slice(1), body: '' }),
      send: (form: string) => resolve({ method: 'POST', query: '', body: formIn(form).toString() }),
    },
    error => reject(error ?? new Error('it did not say that somebody is out')),
  )
  return promise
}

const formIn = (html: string): URLSearchParams =>
  new URLSearchParams(
    Array.from(html.matchAll(/name="(\w+)"\s+value="([^"]*)"/g), ([, name = '', value = '']): [string, string] => [
      name,
      value.replaceAll('&#x3D;', '=').replaceAll('&#43;', '+').replaceAll('&#61;', '='),
    ]),
  )
