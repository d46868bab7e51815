/** SASL as our accounts know it: PLAIN and SCRAM, the same list for everybody (RFC 6120 §6.3.3, RFC 7590). */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { parsePlain } from '@plodge/xmpp/sasl/plain.ts'
import {
  type ClientFirst,
  type ScramCrypto,
  equal,
  expectedBinding,
  parseClientFinal,
  parseClientFirst,
  serverFinal,
  serverFirst,
  verifyProof,
} from '@plodge/xmpp/sasl/scram.ts'
import type { ChannelBinding, Connection } from '../net/connection.ts'
import { type Now, isPending, andThen } from '../routing/now.ts'
import type { Localpart, Verifier } from '../storage/repositories.ts'
import type { Authenticator, SaslExchange, SaslStep } from './authenticator.ts'

export type PlainOutcome = { readonly kind: 'right' } | { readonly kind: 'wrong' | 'locked' | 'throttled' | 'unavailable' }

/** What SASL asks of the accounts. */
export interface Credentials {
  verifyPlain(localpart: Localpart, password: string, address: string): Now<PlainOutcome>
  /** A mechanism that nobody here could use yet is not worth offering. */
  isOffered(mechanism: Verifier['mechanism']): boolean
  /** Somebody who does not exist, or has no verifier yet, has one that no password fits. */
  verifierFor(localpart: Localpart, mechanism: Verifier['mechanism'], address: string): Now<Verifier>
  /** How a SCRAM exchange went: wrong proofs are slowed like wrong passwords. Gives milliseconds to wait. */
  scramResult(localpart: Localpart, address: string, isRight: boolean): number
}

const BINDINGS: readonly ChannelBinding[] = ['tls-exporter', 'tls-server-end-point', 'tls-unique']
const SCRAMS = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1'] as const
const HASHES = { 'SCRAM-SHA-1': 'sha1', 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const

export class PasswordAuthenticator implements Authenticator {
  readonly #domain: string
  readonly #credentials: Credentials

  constructor(domain: string, credentials: Credentials) {
    this.#domain = domain
    this.#credentials = credentials
  }

  mechanisms(connection: Connection): readonly string[] {
    const scrams = SCRAMS.filter(name => this.#credentials.isOffered(name))
    const plus = this.channelBindings(connection).length > 0 ? scrams.map(name => `${name}-PLUS`) : []
    return [...plus, ...scrams, 'PLAIN']
  }

  /** By what the connection could give, without computing it. */
  channelBindings(connection: Connection): readonly ChannelBinding[] {
    if (connection.isFramed || !connection.isSecure) return []
    return connection.protocol === 'TLSv1.3' ? ['tls-exporter', 'tls-server-end-point'] : ['tls-server-end-point', 'tls-unique']
  }

  begin(mechanism: string, connection: Connection): SaslExchange | undefined {
    if (!this.mechanisms(connection).includes(mechanism)) return undefined
    if (mechanism === 'PLAIN') return new Plain(this.#domain, this.#credentials, connection)
    const name = SCRAMS.find(scram => mechanism === scram || mechanism === `${scram}-PLUS`)
    return (
      name &&
      new Scram(name, mechanism.endsWith('-PLUS'), this.#domain, this.#credentials, connection, this.channelBindings(connection).length > 0)
    )
  }
}

const failure = (condition: ConstructorParameters<typeof SaslError>[0], text?: string): SaslStep => ({
  kind: 'failure',
  error: new SaslError(condition, text),
})

const guarded = (work: () => Now<SaslStep>): Now<SaslStep> => {
  const refuse = (error: unknown): SaslStep => {
    if (error instanceof SaslError) return { kind: 'failure', error }
    throw error
  }
  try {
    const step = work()
    return isPending(step) ? step.catch(refuse) : step
  } catch (error) {
    return refuse(error)
  }
}

/** The person's own address is the only one they may act as (RFC 6120 §6.3.8). */
function checkAuthzid(authzid: string | undefined, localpart: Localpart, domain: string): void {
  if (authzid === undefined) return
  const jid = Jid.parse(authzid)
  if (jid?.full !== `${localpart}@${domain}`) throw new SaslError('invalid-authzid', 'Nobody may act as somebody else here')
}

/** A name as people type it, perhaps with the domain, as a localpart; names that cannot exist go on as they are and fail like wrong ones. */
function localpartOf(username: string, domain: string): Localpart {
  const name = username.endsWith(`@${domain}`) ? username.slice(0, -domain.length - 1) : username
  return Jid.of(name, domain)?.local ?? ''
}

class Plain implements SaslExchange {
  readonly #domain: string
  readonly #credentials: Credentials
  readonly #connection: Connection

  constructor(domain: string, credentials: Credentials, connection: Connection) {
    this.#domain = domain
    this.#credentials = credentials
    this.#connection = connection
  }

  next(message: Buffer): Now<SaslStep> {
    return guarded(() => {
      const { authzid, username, password } = parsePlain(message)
      const localpart = localpartOf(username, this.#domain)
      checkAuthzid(authzid, localpart, this.#domain)
      return andThen(this.#credentials.verifyPlain(localpart, password, this.#connection.address), ({ kind }): SaslStep => {
        switch (kind) {
          case 'right':
            return { kind: 'success', localpart, data: undefined }
          case 'wrong':
            return failure('not-authorized', 'The name or the password is wrong')
          case 'locked':
            return failure('account-disabled', 'This account is locked; ask the service desk')
          case 'throttled':
            return failure('temporary-auth-failure', 'Too many wrong passwords; wait a minute and try again')
          case 'unavailable':
            return failure('temporary-auth-failure', 'Passwords cannot be checked just now; try again later')
        }
      })
    })
  }
}

class Scram implements SaslExchange {
  readonly #name: (typeof SCRAMS)[number]
  readonly #isPlus: boolean
  readonly #domain: string
  readonly #credentials: Credentials
  readonly #connection: Connection
  readonly #offersPlus: boolean
  #first:
    | {
        readonly client: ClientFirst
        readonly server: string
        readonly localpart: Localpart
        readonly verifier: Verifier
        readonly nonce: string
      }
    | undefined

  constructor(
    name: (typeof SCRAMS)[number],
    isPlus: boolean,
    domain: string,
    credentials: Credentials,
    connection: Connection,
    offersPlus: boolean,
  ) {
    this.#name = name
    this.#isPlus = isPlus
    this.#domain = domain
    this.#credentials = credentials
    this.#connection = connection
    this.#offersPlus = offersPlus
  }

  next(message: Buffer): Now<SaslStep> {
    return guarded(() => (this.#first ? this.#final(message.toString('utf8')) : this.#begin(message.toString('utf8'))))
  }

  #begin(text: string): Now<SaslStep> {
    const client = parseClientFirst(text)
    this.#checkBinding(client)
    const localpart = localpartOf(client.username, this.#domain)
    checkAuthzid(client.authzid, localpart, this.#domain)
    return andThen(this.#credentials.verifierFor(localpart, this.#name, this.#connection.address), (verifier): SaslStep => {
      const nonce = client.nonce + randomBytes(18).toString('base64')
      const server = serverFirst(nonce, verifier.salt, verifier.iterations)
      this.#first = { client, server, localpart, verifier, nonce }
      return { kind: 'challenge', data: Buffer.from(server) }
    })
  }

  /** RFC 5802 §6: a client that thinks we offer no binding, when we do, was lied to on the way. */
  #checkBinding({ binding }: ClientFirst): void {
    if ((binding.kind === 'bound') !== this.#isPlus)
      throw new SaslError('malformed-request', 'Channel binding belongs to the -PLUS mechanisms, and to them only')
    if (binding.kind === 'unoffered' && this.#offersPlus)
      throw new SaslError('not-authorized', 'This server offers channel binding: somebody changed the list on the way')
    if (binding.kind === 'bound' && !this.#bindingData(binding.type))
      throw new SaslError('malformed-request', 'That kind of channel binding is not on offer')
  }

  #bindingData(type: string): Buffer | undefined {
    const kind = BINDINGS.find(name => name === type)
    return kind && this.#connection.channelBinding(kind)
  }

  #final(text: string): Now<SaslStep> {
    const first = this.#first
    const final = parseClientFinal(text)
    if (!first) return failure('malformed-request')
    const { client, server, localpart, verifier, nonce } = first
    const data = client.binding.kind === 'bound' ? this.#bindingData(client.binding.type) : undefined
    const isBound = equal(final.channelBinding, expectedBinding(client.gs2Header, data))
    const authMessage = `${client.bare},${server},${final.withoutProof}`
    const keys = { storedKey: Buffer.from(verifier.storedKey, 'base64'), serverKey: Buffer.from(verifier.serverKey, 'base64') }
    const signature = verifyProof(cryptoOf(this.#name), keys, authMessage, final.proof)
    const isRight = isBound && final.nonce === nonce && signature !== undefined
    const wait = this.#credentials.scramResult(localpart, this.#connection.address, isRight)
    const step: SaslStep = isRight
      ? { kind: 'success', localpart, data: Buffer.from(serverFinal(signature)) }
      : failure('not-authorized', 'The name or the password is wrong')
    return wait > 0 ? new Promise(resolve => setTimeout(() => resolve(step), wait)) : step
  }
}

function cryptoOf(name: (typeof SCRAMS)[number]): ScramCrypto {
  const hash = HASHES[name]
  return { hash: data => createHash(hash).update(data).digest(), hmac: (key, data) => createHmac(hash, key).update(data).digest() }
}
