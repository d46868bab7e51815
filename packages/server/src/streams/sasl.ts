/** SASL as our accounts know it: PLAIN and SCRAM, the same list for everybody (RFC 6120 §6.3.3, RFC 7590); EXTERNAL for who has a certificate. */
import { randomBytes } from 'node:crypto'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { encodeBase64 } from '@plodge/xmpp/sasl/base64.ts'
import { downgradeText } from '@plodge/xmpp/sasl/downgrade.ts'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { SCRAM_MECHANISMS, type ScramMechanism, mechanismKind } from '@plodge/xmpp/sasl/mechanisms.ts'
import { parsePlain } from '@plodge/xmpp/sasl/plain.ts'
import { type ScramChallenge, beginScram, challengeScram, finishScram } from '@plodge/xmpp/sasl/scram-server.ts'
import { decodeText } from '@plodge/xmpp/sasl/text.ts'
import type { Connection } from '../net/connection.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { ClientWay, Localpart, Verifier } from '../storage/repositories.ts'
import { scramCrypto } from '../scram-crypto.ts'
import type { Authenticator, SaslExchange, SaslStep } from './authenticator.ts'
import type { Certificates } from './certificates.ts'
import { EXTERNAL, External, isExternalFor } from './external.ts'
import { guarded } from './guarded.ts'

export type PlainOutcome =
  | { readonly kind: 'right'; readonly appPassword?: string | undefined }
  | { readonly kind: 'wrong' | 'locked' | 'throttled' | 'unavailable' }

/** What may prove somebody. App passwords have the salt of the verifier. */
export interface Secrets {
  readonly verifier: Verifier
  readonly appPasswords: readonly { readonly id: string; readonly verifier: Verifier }[]
}

/** What SASL asks of the accounts. */
export interface Credentials {
  verifyPlain(localpart: Localpart, password: string, address: string): Now<PlainOutcome>
  /** A mechanism that nobody here could use yet is not worth offering. */
  isOffered(mechanism: Verifier['mechanism']): boolean
  /** The passwords of accounts may not do: app passwords are wanted. */
  readonly wantsAppPasswords: boolean
  /** Somebody who does not exist, or has no verifier yet, has one that no password fits. */
  secretsFor(localpart: Localpart, mechanism: Verifier['mechanism'], address: string): Now<Secrets>
  /** How a SCRAM exchange went: wrong proofs are slowed like wrong passwords. Gives milliseconds to wait. */
  scramResult(localpart: Localpart, address: string, isRight: boolean): number
}

export class AccountAuthenticator implements Authenticator {
  readonly #domain: string
  readonly #credentials: Credentials
  readonly #certificates: Certificates

  constructor(domain: string, credentials: Credentials, certificates: Certificates) {
    this.#domain = domain
    this.#credentials = credentials
    this.#certificates = certificates
  }

  mechanisms(connection: Connection): readonly string[] {
    const { channelBindings } = connection
    const scrams = SCRAM_MECHANISMS.filter(name => this.#credentials.isOffered(name))
    const plus = channelBindings.length > 0 ? scrams.map(name => `${name}-PLUS`) : []
    const external = isExternalFor(connection, this.#certificates) ? [EXTERNAL] : []
    return [...external, ...plus, ...scrams, 'PLAIN']
  }

  begin(mechanism: string, connection: Connection): SaslExchange | undefined {
    const offered = this.mechanisms(connection)
    if (!offered.includes(mechanism)) return undefined
    if (mechanism === EXTERNAL) return new External(this.#domain, this.#certificates, connection)
    const found = mechanismKind(mechanism)
    const parts = { domain: this.#domain, credentials: this.#credentials, connection, offered }
    return found && (found.kind === 'plain' ? new Plain(parts) : new Scram(found.scram, found.isPlus, parts))
  }
}

interface Parts {
  readonly domain: string
  readonly credentials: Credentials
  readonly connection: Connection
  /** What the client could choose from. */
  readonly offered: readonly string[]
}

const failure = (condition: ConstructorParameters<typeof SaslError>[0], text?: string): SaslStep => ({
  kind: 'failure',
  error: new SaslError(condition, text),
})

const wrong = ({ wantsAppPasswords }: Credentials): SaslStep =>
  failure(
    'not-authorized',
    `The name or the password is wrong${wantsAppPasswords ? '; each device needs an app password of its own here, made for it' : ''}`,
  )

const provenBy = (appPassword: string | undefined): { readonly way: ClientWay; readonly appPassword?: string } =>
  appPassword === undefined ? { way: 'password' } : { way: 'app-password', appPassword }

/** The person's own address is the only one they may act as (RFC 6120 §6.3.8). */
function checkAuthzid(authzid: string | undefined, localpart: Localpart, domain: string): void {
  if (authzid === undefined) return
  const jid = Jid.parse(authzid)
  if (jid?.full !== `${localpart}@${domain}`) throw new SaslError('invalid-authzid', 'Nobody may act as somebody else here')
}

/** A name as people type it, perhaps with the domain, as a localpart; names that cannot exist go on as they are and fail like wrong ones. */
export function localpartOf(username: string, domain: string): Localpart {
  const name = username.endsWith(`@${domain}`) ? username.slice(0, -domain.length - 1) : username
  return Jid.of(name, domain)?.local ?? ''
}

class Plain implements SaslExchange {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  next(message: Buffer): Now<SaslStep> {
    return guarded(() => {
      const { domain, credentials, connection } = this.#parts
      const { authzid, username, password } = parsePlain(message)
      const localpart = localpartOf(username, domain)
      checkAuthzid(authzid, localpart, domain)
      return andThen(credentials.verifyPlain(localpart, password, connection.address), (outcome): SaslStep => {
        switch (outcome.kind) {
          case 'right':
            return { kind: 'success', localpart, data: undefined, ...provenBy(outcome.appPassword) }
          case 'wrong':
            return wrong(credentials)
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

interface Asked {
  readonly challenge: ScramChallenge
  readonly secrets: Secrets
  readonly localpart: Localpart
}

class Scram implements SaslExchange {
  readonly #mechanism: ScramMechanism
  readonly #isPlus: boolean
  readonly #parts: Parts
  #asked: Asked | undefined

  constructor(mechanism: ScramMechanism, isPlus: boolean, parts: Parts) {
    this.#mechanism = mechanism
    this.#isPlus = isPlus
    this.#parts = parts
  }

  next(message: Buffer): Now<SaslStep> {
    return guarded(() => {
      const text = decodeText(message)
      return this.#asked ? this.#finish(text, this.#asked) : this.#begin(text)
    })
  }

  #begin(text: string): Now<SaslStep> {
    const { domain, credentials, connection } = this.#parts
    const first = beginScram(text, { isPlus: this.#isPlus, bindings: connection.channelBindings })
    const localpart = localpartOf(first.username, domain)
    checkAuthzid(first.authzid, localpart, domain)
    return andThen(credentials.secretsFor(localpart, this.#mechanism, connection.address), (secrets): SaslStep => {
      const others = secrets.appPasswords.map(({ verifier }) => verifier)
      const nonce = randomBytes(18).toString('base64')
      const challenge = challengeScram(first, secrets.verifier, nonce, this.#offerHash(), others)
      this.#asked = { challenge, secrets, localpart }
      return { kind: 'challenge', data: Buffer.from(challenge.text) }
    })
  }

  /** XEP-0474: the client sees whether somebody changed the lists on their way. */
  #offerHash(): string {
    const { offered, connection } = this.#parts
    const text = downgradeText(offered, connection.channelBindings)
    return encodeBase64(scramCrypto(this.#mechanism).hash(Buffer.from(text)))
  }

  #finish(text: string, { challenge, secrets, localpart }: Asked): Now<SaslStep> {
    const { credentials, connection } = this.#parts
    const { bindTo } = challenge.first
    const outcome = finishScram(scramCrypto(this.#mechanism), challenge, text, bindTo && connection.channelBinding(bindTo))
    const wait = credentials.scramResult(localpart, connection.address, outcome.kind === 'right')
    const step: SaslStep =
      outcome.kind === 'right'
        ? { kind: 'success', localpart, data: Buffer.from(outcome.text), ...provenBy(secrets.appPasswords[outcome.at - 1]?.id) }
        : wrong(credentials)
    return wait > 0 ? new Promise(resolve => setTimeout(() => resolve(step), wait)) : step
  }
}
