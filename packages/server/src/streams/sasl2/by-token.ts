/** SASL by a token (XEP-0484): one message, and it is decided. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { SaslError } from '@plodge/xmpp/sasl/errors.ts'
import { type TokenMechanism, parseTokenProof, tokenMechanism, tokenMessage } from '@plodge/xmpp/sasl/hashed-token.ts'
import type { SaslExchange, SaslStep } from '../authenticator.ts'
import type { Stream } from '../stream.ts'
import { localpartOf } from '../sasl.ts'
import { tokenMechanisms } from './offer.ts'
import type { LoginRequest } from './request.ts'

const REFUSALS = {
  wrong: ['not-authorized', 'This client is not known here any more: log in with the password'],
  expired: ['credentials-expired', 'This client was away for too long: log in with the password'],
  locked: ['account-disabled', 'This account is locked; ask the service desk'],
  throttled: ['temporary-auth-failure', 'Too many wrong passwords; wait a minute and try again'],
} as const

const refusal = (kind: keyof typeof REFUSALS): SaslError => {
  const [condition, text] = REFUSALS[kind]
  return new SaslError(condition, text)
}

/** Undefined when the mechanism is not on offer. Throws a SaslError when the request does not fit it. */
export function beginByToken(request: LoginRequest, stream: Stream): SaslExchange | undefined {
  const { tokens } = stream.context
  const mechanism = tokenMechanism(request.mechanism)
  if (!mechanism || !tokens.isOn || !tokenMechanisms(stream.connection).includes(mechanism.name)) return undefined
  const { userAgent, fast } = request
  if (!fast || userAgent?.id === undefined)
    throw new SaslError('malformed-request', 'A log-in by token says so with <fast/>, and has a user-agent with an id')
  return new ByToken(mechanism, userAgent.id, fast, stream)
}

class ByToken implements SaslExchange {
  readonly #mechanism: TokenMechanism
  readonly #userAgentId: string
  readonly #fast: NonNullable<LoginRequest['fast']>
  readonly #stream: Stream

  constructor(mechanism: TokenMechanism, userAgentId: string, fast: NonNullable<LoginRequest['fast']>, stream: Stream) {
    this.#mechanism = mechanism
    this.#userAgentId = userAgentId
    this.#fast = fast
    this.#stream = stream
  }

  async next(message: Buffer): Promise<SaslStep> {
    try {
      return await this.#decide(message)
    } catch (error) {
      if (error instanceof SaslError) return { kind: 'failure', error }
      throw error
    }
  }

  async #decide(message: Buffer): Promise<SaslStep> {
    const { context, connection } = this.#stream
    const { name, hash, binding } = this.#mechanism
    const { username, proof } = parseTokenProof(message)
    const data = binding && connection.channelBinding(binding)
    if (binding && !data) throw refusal('wrong')
    const signed = (secret: string, who: 'Initiator' | 'Responder'): Buffer =>
      createHmac(hash, secret).update(tokenMessage(who, data)).digest()
    const localpart = localpartOf(username, context.host.domain.domain)
    const outcome = await context.tokens.check({
      localpart,
      userAgentId: this.#userAgentId,
      mechanism: name,
      ...this.#fast,
      address: connection.address,
      fits: secret => {
        const right = signed(secret, 'Initiator')
        return right.length === proof.length && timingSafeEqual(right, proof)
      },
    })
    if (outcome.kind !== 'right') throw refusal(outcome.kind)
    return {
      kind: 'success',
      localpart,
      data: signed(outcome.secret, 'Responder'),
      way: 'fast',
      appPassword: outcome.appPassword,
      isTokenDue: outcome.isDue,
    }
  }
}
