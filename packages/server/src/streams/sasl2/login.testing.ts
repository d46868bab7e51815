/** A client that logs in by XEP-0388, for tests over real sockets. */
import { createHmac } from 'node:crypto'
import { type RawClient, plain } from '../raw-client.testing.ts'
import { PASSWORD } from '../server.testing.ts'

export const PHONE = 'd4565fa7-4d72-4749-b3d3-740edbf87770'
export const TABLET = '6bd2d1f0-6f8e-4a32-a2c1-0d1b3b3e2e11'
const SASL2 = 'urn:xmpp:sasl:2'
export const OUTCOME = /<\/(?:success|failure|continue|challenge)>|<challenge[^>]*\/>/

export interface Login {
  readonly person?: string
  readonly password?: string
  readonly mechanism?: string
  /** Base64; PLAIN with the password unless it is there. */
  readonly message?: string
  readonly client?: string | undefined
  /** What is to happen in the same breath, as XML. */
  readonly inline?: string
}

export function authenticate({
  person = 'romeo',
  password = PASSWORD,
  mechanism = 'PLAIN',
  message,
  client = PHONE,
  inline = '',
}: Login): string {
  const response = `<initial-response>${message ?? plain(person, password)}</initial-response>`
  const agent = `<user-agent id='${client}'><software>Test</software><device>A phone</device></user-agent>`
  return `<authenticate xmlns='${SASL2}' mechanism='${mechanism}'>${response}${agent}${inline}</authenticate>`
}

/** draft-schmaus-kitten-sasl-ht-09 §3. */
export function tokenProof(token: string, binding: Uint8Array = Buffer.alloc(0), { person = 'romeo', hash = 'SHA-256' } = {}): string {
  const proof = createHmac(hash, token).update('Initiator').update(binding).digest()
  return Buffer.concat([Buffer.from(`${person}\0`), proof]).toString('base64')
}

export const bind = (inner = '', tag = 'Test'): string => `<bind xmlns='urn:xmpp:bind:0'><tag>${tag}</tag>${inner}</bind>`
export const MANAGED = `<enable xmlns='urn:xmpp:sm:3' resume='true'/>`
export const CARBONS = `<enable xmlns='urn:xmpp:carbons:2'/>`
export const requestToken = (mechanism = 'HT-SHA-256-NONE'): string => `<request-token xmlns='urn:xmpp:fast:0' mechanism='${mechanism}'/>`
export const fast = (attributes = ''): string => `<fast xmlns='urn:xmpp:fast:0' ${attributes}/>`

export const addressIn = (success: string): string => /<authorization-identifier>([^<]*)</.exec(success)?.[1] ?? ''
export const tokenIn = (success: string): string | undefined => /<token [^>]*token='([^']+)'/.exec(success)?.[1]
export const conditionIn = (failure: string): string | undefined => /<failure[^>]*><([\w-]+)/.exec(failure)?.[1]

export const login = (client: RawClient, how: Login = {}): Promise<string> => client.asks(authenticate(how), OUTCOME)

/** By password, asking for a token. */
export async function firstToken(client: RawClient, how: Login = {}, mechanism?: string): Promise<string> {
  const success = await login(client, { ...how, inline: `${how.inline ?? ''}${requestToken(mechanism)}` })
  const token = tokenIn(success)
  if (token === undefined) throw new Error(`no token: ${success}`)
  return token
}
