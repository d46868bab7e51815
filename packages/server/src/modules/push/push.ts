/** XEP-0357: phones that sleep are woken by the push service they name. Who is awake is asked of sessions, what is worth it of messages. */
import { type Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { DataForm, formType } from '@plodge/xmpp/xeps/data-form.ts'
import { DisablePush, EnablePush, PUBLISH_OPTIONS, PUSH, ServiceStops } from '@plodge/xmpp/xeps/push.ts'
import type { Host, Module } from '../../routing/host.ts'
import { andThen, isPending, type Now } from '../../routing/now.ts'
import type { Outcome, Passage } from '../../routing/pipeline.ts'
import type { Session } from '../../routing/session.ts'
import type { Documents, Localpart } from '../../storage/repositories.ts'
import { Pushes, type PushSettings } from './pushes.ts'
import { type Registration, Registrations, nameOf } from './registrations.ts'
import { textOf, wakes } from './wakes.ts'

/** A form of a service holds a secret or two. */
const LONGEST_OPTIONS = 8192
const LONGEST_NODE = 1024

export interface PushOptions {
  readonly documents: Documents
  readonly settings: () => PushSettings
  /** Registrations of one account. */
  readonly most: () => number
}

export interface PushModule extends Module {
  readonly close: () => void
  /** A client of an account was shut out: it is told nothing more. */
  readonly shutOut: (owner: Localpart, client: string) => void
  /** Something is worth telling accounts that they are not sent themselves: what was said in a room. The condition is asked where devices sleep. */
  readonly wake: (accounts: readonly Account[], message: Stanza, isWanted: (account: Account) => Now<boolean>) => void
}

export function push({ documents, settings, most }: PushOptions): PushModule {
  const registrations = new Registrations(documents)
  let pushes: Pushes | undefined
  let watching: Watch | undefined
  return {
    name: 'push',
    implements: { 'XEP-0357': '0.4.1' },
    accountFeatures: [PUSH],
    install(host) {
      pushes = new Pushes(host, registrations, settings)
      const watch = new Watch(host, registrations, pushes, settings)
      watching = watch
      host.answer(EnablePush, 'self', async ({ service, node, options }, { owner, session }) => {
        if (!session) throw new StanzaError('not-allowed', 'Only a device of the account can ask to be woken')
        const registration = { ...checked(service, node, options), resource: session.jid.resource, client: session.client }
        const known = await registrations.of(owner)
        if (known.length >= most() && !known.some(other => nameOf(other) === nameOf(registration)))
          throw new StanzaError(
            'resource-constraint',
            `At most ${most()} devices of an account are woken: disable one that you no longer use`,
          )
        await registrations.put(owner, registration)
        session.isMobile = true
      })
      host.answer(DisablePush, 'self', async ({ service, node }, { owner }) => {
        const { full } = addressOf(service)
        await registrations.remove(owner, other => other.service === full && (node === undefined || other.node === node))
      })
      host.messages.observe.push((message, passage, outcome) => watch.observe(message, passage, outcome))
      host.removed.push(owner => registrations.forget(owner))
      host.life.lost.push(session => watch.lost(session))
      host.life.bound.push(session => watch.awake(session))
      host.life.resumed.push(session => watch.awake(session))
    },
    close: () => pushes?.stop(),
    shutOut: (owner, client) => watching?.shutOut(owner, client),
    wake: (accounts, message, isWanted) => watching?.wake(accounts, message, isWanted),
  }
}

function checked(service: string, node: string | undefined, form: DataForm | undefined): Omit<Registration, 'resource' | 'client'> {
  if ((node?.length ?? 0) > LONGEST_NODE) throw new StanzaError('not-acceptable', `A node has at most ${LONGEST_NODE} characters`)
  if (form && (form.kind !== 'submit' || formType(form) !== PUBLISH_OPTIONS))
    throw new StanzaError('bad-request', 'The form of a push service is one of publish-options')
  const options = form && DataForm.write(form).toString()
  if ((options?.length ?? 0) > LONGEST_OPTIONS) throw new StanzaError('not-acceptable', 'The form for the push service is too long')
  return { service: addressOf(service).full, node, options }
}

function addressOf(service: string): Jid {
  const jid = Jid.parse(service)
  if (!jid) throw new StanzaError('jid-malformed', 'The push service has no address')
  return jid
}

class Watch {
  readonly #host: Host
  readonly #registrations: Registrations
  readonly #pushes: Pushes
  readonly #settings: () => PushSettings

  constructor(host: Host, registrations: Registrations, pushes: Pushes, settings: () => PushSettings) {
    this.#host = host
    this.#registrations = registrations
    this.#pushes = pushes
    this.#settings = settings
  }

  observe(message: Stanza, { recipient, sender, from }: Passage, { mark, reached, refusal }: Outcome): void {
    if (!recipient || refusal || sender?.bare === recipient.bare) return
    // What nobody has and nobody keeps cannot be fetched by whoever wakes up.
    const isThere = mark !== undefined || reached.length > 0
    const known = this.#registrations.of(recipient.local)
    if (!isPending(known)) return known.length > 0 ? this.#came(message, recipient, from, isThere, known) : undefined
    this.#host.background(
      known.then(known => this.#came(message, recipient, from, isThere, known)),
      'a push notification',
    )
  }

  wake(accounts: readonly Account[], message: Stanza, isWanted: (account: Account) => Now<boolean>): void {
    for (const account of accounts) {
      const known = this.#registrations.of(account.local)
      // Of a large room hardly anybody is to be woken, and this is asked of everybody.
      if (!isPending(known) && known.length === 0) continue
      this.#host.background(
        andThen(known, registrations => this.#wakeOne(account, message, registrations, isWanted)),
        'a push notification',
      )
    }
  }

  #wakeOne(
    account: Account,
    message: Stanza,
    registrations: readonly Registration[],
    isWanted: (account: Account) => Now<boolean>,
  ): Now<void> {
    const asleep = registrations.filter(registration => !this.#isAwake(account, registration))
    if (asleep.length === 0) return undefined
    return andThen(isWanted(account), isWanted => {
      const latest = { sender: message.from?.full ?? '', text: textOf(message) }
      if (isWanted) for (const registration of asleep) this.#pushes.notify(account, registration, latest)
    })
  }

  #came(message: Stanza, account: Account, from: Jid, isThere: boolean, registrations: readonly Registration[]): void {
    if (message.has(ServiceStops)) this.#stopped(message, account.local, from)
    const kind = isThere ? wakes(message) : undefined
    if (!kind) return
    for (const registration of registrations) {
      if (this.#isAwake(account, registration)) this.#pushes.awake(account, registration)
      else this.#pushes.notify(account, registration, { sender: from.bare, text: textOf(message) }, kind === 'call')
    }
  }

  /** The line broke, and what was sent last may not have arrived. */
  lost(session: Session): void {
    if (session.unackedMark === 0) return
    this.#withOwn(session, registration => this.#pushes.notify(session.account, registration, undefined))
  }

  awake(session: Session): void {
    this.#withOwn(session, registration => this.#pushes.awake(session.account, registration))
  }

  shutOut(owner: Localpart, client: string): void {
    const gone = this.#registrations.remove(owner, registration => registration.client === client)
    this.#host.background(gone, 'ending the push registrations of a client')
  }

  #withOwn(session: Session, act: (registration: Registration) => void): void {
    const own = andThen(this.#registrations.of(session.localpart), registrations => {
      for (const registration of registrations) {
        if (registration.resource !== session.jid.resource) continue
        session.isMobile = true
        act(registration)
      }
    })
    this.#host.background(own, 'push notifications')
  }

  /** There, and either somebody looks or did a moment ago: then the line itself brings what comes. */
  #isAwake(account: Jid, { resource }: Registration): boolean {
    const session = this.#host.sessions.of(account).find(({ jid }) => jid.resource === resource)
    if (!session || session.isLost) return false
    const { inactiveSince } = session
    return inactiveSince === undefined || this.#host.clock() - inactiveSince < this.#settings().inactiveSeconds * 1000
  }

  /** §9. */
  #stopped(message: Stanza, owner: string, from: Jid): void {
    const stops = message.get(ServiceStops)
    const name = stops?.affiliation?.affiliation
    if (!stops || (name !== 'none' && name !== 'outcast')) return
    const isMeant = ({ service, node }: Registration): boolean => service === from.full && (stops.node === undefined || stops.node === node)
    this.#host.background(this.#registrations.remove(owner, isMeant), 'ending a push registration')
  }
}
