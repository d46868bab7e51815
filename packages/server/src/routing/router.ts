/**
 * Where a stanza goes: RFC 6120 §10 and RFC 6121 §8 in one place.
 *
 * | to                | message            | presence                     | iq                                     |
 * |-------------------|--------------------|------------------------------|----------------------------------------|
 * | nobody            | own account        | broadcast                    | own account: 'self'                    |
 * | the domain        | refused            | dropped                      | 'server'                               |
 * | account, own      | the pipeline       | subscription, probe          | 'self'                                 |
 * | account, another  | the pipeline       | subscription, probe, direct  | 'account'                              |
 * | device            | the pipeline       | direct                       | to the device                          |
 * | a service of ours | its onMessage      | its onPresence               | its answers                            |
 * | a domain we reach | the pipeline, then its relay | its relay           | its relay                              |
 * | another domain    | the pipeline, then refused while federation is off | refused | refused                  |
 */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { ArchiveId } from '../storage/repositories.ts'
import { destination, messageType } from './delivery.ts'
import type { Host } from './host.ts'
import { type Now, isPending, andThen } from './now.ts'
import type { Delivered, Passage } from './pipeline.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Call, Target } from './questions.ts'
import type { Session } from './session.ts'

const UNREACHED: Delivered = { reached: [] }

export class Router {
  readonly #host: Host

  constructor(host: Host) {
    this.#host = host
    host.messages.deliver = (message, passage, mark) => this.#deliver(message, passage, mark)
    host.route = stanza => this.#from(stanza, stanza.from ?? host.domain, undefined)
  }

  /** A stanza from one of our clients; its `from` is stamped here (RFC 6120 §8.1.2.1). Never throws: refusals go back to the session. */
  receive(stanza: Stanza, session: Session): Now<void> {
    const { jid } = session
    return this.#from(stanza.from === jid ? stanza : stanza.with({ from: jid }), jid, session)
  }

  #from(stanza: Stanza, from: Jid, origin: Session | undefined): Now<void> {
    try {
      const done = this.#dispatch(stanza, from, origin)
      return isPending(done) ? done.catch((error: unknown) => this.#failed(stanza, error, origin)) : done
    } catch (error) {
      return this.#failed(stanza, error, origin)
    }
  }

  #dispatch(stanza: Stanza, from: Jid, origin: Session | undefined): Now<void> {
    switch (stanza.kind) {
      case 'message':
        return this.#message(stanza, from, origin)
      case 'presence':
        return this.#presence(stanza, from, origin)
      case 'iq':
        return this.#iq(stanza, from, origin)
    }
  }

  #message(message: Stanza, from: Jid, origin: Session | undefined): Now<void> {
    // RFC 6121 §8.1: a message without addressee is to the sender's own account.
    const to = message.to ?? from.account
    const host = this.#host
    const service = host.isLocal(to) ? undefined : host.services.get(to.domain)
    if (service) return service.onMessage(message.from === from ? message : message.with({ from }), origin)
    if (to.local === '' && host.isLocal(to)) throw new StanzaError('service-unavailable', 'Messages are for people; this is a server')
    const addressed = message.to ? message : message.with({ to })
    const passage: Passage = { from, to, origin, sender: this.#accountOf(from), recipient: this.#accountOf(to) }
    return andThen(host.messages.run(addressed, passage), refusal => {
      if (refusal) this.#refuse(message, refusal, origin)
    })
  }

  #accountOf(jid: Jid): Account | undefined {
    return jid.local !== '' && this.#host.isLocal(jid) ? jid.account : undefined
  }

  /** RFC 6121 §8.5; §8.4 for other domains. */
  #deliver(message: Stanza, passage: Passage, mark: ArchiveId | undefined): Now<Delivered> {
    const { to, recipient } = passage
    if (!recipient) {
      const relay = this.#host.relays.get(to.domain)
      if (!relay) return { reached: [], refusal: unreachable(to) }
      return andThen(relay(message, passage.origin), () => UNREACHED)
    }
    const where = destination(this.#host.sessions, to, messageType(message))
    switch (where.kind) {
      case 'sessions': {
        const stamped = mark === undefined ? message : this.#host.messages.stamp(message, recipient, mark)
        for (const session of where.sessions) session.send(stamped, mark)
        return { reached: where.sessions }
      }
      case 'offline':
        return andThen(this.#host.people.exists(to.local), exists =>
          exists && mark !== undefined
            ? UNREACHED
            : { reached: [], refusal: exists && !isWorthRefusing(message) ? undefined : unavailable() },
        )
      case 'refused':
        return { reached: [], refusal: where.error }
      case 'dropped':
        return UNREACHED
    }
  }

  #presence(presence: Stanza, from: Jid, origin: Session | undefined): Now<void> {
    const host = this.#host
    const { to, type } = presence
    if (!to) {
      if (type !== undefined && type !== 'unavailable') throw new StanzaError('bad-request', 'A presence of this type needs an addressee')
      return origin && host.broadcast(presence, origin)
    }
    if (!host.isLocal(to)) {
      const service = host.services.get(to.domain)
      if (service) return service.onPresence(presence, origin)
      const relay = host.relays.get(to.domain)
      if (!relay) throw unreachable(to)
      return relay(presence, origin)
    }
    switch (type) {
      case undefined:
      case 'unavailable':
      case 'probe':
      case 'error':
        return to.local === '' ? undefined : host.direct(presence, from, to, origin)
      case 'subscribe':
      case 'subscribed':
      case 'unsubscribe':
      case 'unsubscribed':
        return host.subscribe(presence, from, to)
      default:
        throw new StanzaError('bad-request', 'There is no such type of presence')
    }
  }

  #iq(iq: Stanza, from: Jid, origin: Session | undefined): Now<void> {
    checkIq(iq)
    const to = iq.to ?? from.account
    const isAnswer = iq.type === 'result' || iq.type === 'error'
    if (!this.#host.isLocal(to)) {
      const relay = this.#host.relays.get(to.domain)
      if (relay) return relay(iq, origin)
      const service = this.#host.services.get(to.domain)
      if (!service) throw unreachable(to)
      if (isAnswer) return this.#host.inquiries.take(iq, from)
      const call: Call = { from, to, owner: to.local, session: origin, iq }
      return andThen(service.ask(call), answer => this.#answered(call, answer))
    }
    if (to.resource !== '' && to.local !== '') return this.#iqToDevice(iq, from, to)
    if (isAnswer) return this.#host.inquiries.take(iq, from)
    const target =
      to.local === '' ? 'server' : to.bare === from.bare ? 'self' : this.#host.questions.isForAnybody(iq) ? 'anybody' : 'account'
    const call: Call = { from, to, owner: to.local, session: origin, iq }
    if (target === 'server' || target === 'self') return this.#ask(target, call)
    return andThen(this.#isHidden(target, iq, from, to), hidden => {
      if (hidden) throw unavailable()
      return this.#ask(target, call)
    })
  }

  #isHidden(target: Target, iq: Stanza, from: Jid, to: Jid): Now<boolean> {
    let hidden: Now<boolean> = target === 'account' && andThen(this.#host.people.exists(to.local), exists => !exists)
    for (const guard of this.#host.iqGuard) hidden = andThen(hidden, before => before || guard(iq, from, to))
    return hidden
  }

  /** RFC 6121 §8.5.3.1, §8.5.3.2.3. */
  #iqToDevice(iq: Stanza, from: Jid, to: Jid): Now<void> {
    const isQuestion = iq.type === 'get' || iq.type === 'set'
    let refused: Now<boolean> = false
    for (const guard of this.#host.iqGuard) refused = andThen(refused, before => before || guard(iq, from, to))
    return andThen(refused, isRefused => {
      const session = isRefused ? undefined : this.#host.sessions.at(to)
      if (session) session.send(iq)
      else if (isQuestion) throw new StanzaError('service-unavailable', 'That device is not connected')
    })
  }

  #ask(target: Target, call: Call): Now<void> {
    return andThen(this.#host.questions.ask(target, call), answer => this.#answered(call, answer))
  }

  #answered(call: Call, answer: readonly Element[]): void {
    this.#reply(call.iq.result(answer), call.session)
    call.afterwards?.()
  }

  #reply(stanza: Stanza, origin: Session | undefined): void {
    if (origin) origin.send(stanza)
    else if (stanza.to && stanza.to.local !== '' && this.#host.isLocal(stanza.to)) this.#host.sessions.at(stanza.to)?.send(stanza)
    else if (stanza.to && this.#host.relays.has(stanza.to.domain))
      this.#host.background(this.#host.relays.get(stanza.to.domain)?.(stanza, undefined), 'an answer to another domain')
    else if (stanza.kind === 'iq' && stanza.from) this.#host.inquiries.take(stanza, stanza.from)
  }

  #failed(stanza: Stanza, error: unknown, origin: Session | undefined): void {
    if (error instanceof StanzaError) return this.#refuse(stanza, error, origin)
    this.#host.log.error({ err: error, kind: stanza.kind, id: stanza.id, from: stanza.from?.bare }, 'a stanza met a mistake of ours')
    return this.#refuse(
      stanza,
      new StanzaError('internal-server-error', 'The server made a mistake; its operators can read about it in the log'),
      origin,
    )
  }

  /** RFC 6120 §8.3.1: an error is never answered by an error, nor a result. */
  #refuse(stanza: Stanza, error: StanzaError, origin: Session | undefined): void {
    if (stanza.type === 'error' || (stanza.kind === 'iq' && stanza.type === 'result')) return
    this.#reply(stanza.refused(error), origin)
  }
}

const unreachable = ({ domain }: Jid): StanzaError => new StanzaError('remote-server-not-found', `This server does not talk to ${domain}`)

const unavailable = (): StanzaError =>
  new StanzaError('service-unavailable', 'There is nobody of that address here, or they cannot be reached now')

/** A typing notice for somebody who is away (XEP-0085) is not worth an error. */
const isWorthRefusing = (message: Stanza): boolean => message.has({ ns: 'jabber:client', name: 'body' })

/** RFC 6120 §8.2.3. */
function checkIq(iq: Stanza): void {
  if (iq.id === undefined || iq.id === '') throw new StanzaError('bad-request', 'An IQ needs an id')
  if (iq.type === 'get' || iq.type === 'set') {
    if (iq.children.length !== 1) throw new StanzaError('bad-request', 'A question has exactly one child')
  } else if (iq.type === 'result') {
    if (iq.children.length > 1) throw new StanzaError('bad-request', 'A result has at most one child')
  } else if (iq.type !== 'error') throw new StanzaError('bad-request', 'An IQ is a get, set, result or error')
}
