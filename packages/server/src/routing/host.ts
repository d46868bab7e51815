/** What a module meets: the stages it may stand in, the questions it may answer, the sessions it may write to. */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { CommandPayload } from '@plodge/xmpp/xeps/commands.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { DiscoIdentity } from '@plodge/xmpp/xeps/disco.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import type { Localpart } from '../storage/repositories.ts'
import { Commands } from './commands.ts'
import type { DiscoNodes } from './disco-nodes.ts'
import { MessagePipeline } from './pipeline.ts'
import { type Now, isPending } from './now.ts'
import type { Answer, Call, Target } from './questions.ts'
import { Questions } from './questions.ts'
import { Inquiries } from './inquiries.ts'
import { Service, type ServiceOptions } from './service.ts'
import type { Place, Session, Unacked } from './session.ts'
import { Sessions } from './sessions.ts'

export interface Module {
  readonly name: string
  /** Which specifications, in which version: service discovery, the DOAP file and docs/specs are made from this. */
  readonly implements: Readonly<Record<`XEP-${string}` | `RFC ${string}`, string>>
  /** What service discovery says of the server (XEP-0030). */
  readonly features?: readonly string[]
  /** What it says of each account. */
  readonly accountFeatures?: readonly string[]
  /** What each account is besides one. */
  readonly accountIdentities?: readonly DiscoIdentity[]
  install(host: Host): void
}

/** Presence in its stages. */
export interface PresenceStages {
  /** May change an available presence, directed or not, before anybody sees it: avatars. */
  readonly rewrite: ((presence: Stanza, session: Session) => Now<Stanza>)[]
  /** A session became available: its first presence after none (RFC 6121 §4.2). */
  readonly arrived: ((session: Session) => void)[]
  /** A session became unavailable, by its word or by its end: the last presence it had, and the one that says so. */
  readonly departed: ((session: Session, last: Stanza, leaving: Stanza) => void)[]
  /** Every undirected presence that says a session is unavailable, whether it was available or not (RFC 6121 §4.6.3, rule 2). */
  readonly withdrawn: ((session: Session, leaving: Stanza) => void)[]
  /** Every undirected presence of a session that stays available. */
  readonly changed: ((session: Session) => void)[]
  /** May refuse directed presence and subscriptions in either direction; true refuses silently (RFC 6121 §8: presence is never answered by errors). */
  readonly guard: ((presence: Stanza, from: Jid, to: Jid) => Now<boolean>)[]
}

/** The life of a session. */
export interface LifeStages {
  readonly bound: ((session: Session) => void)[]
  /** XEP-0198: the line broke, and the client may come back. */
  readonly lost: ((session: Session) => void)[]
  /** XEP-0198: the client is back. */
  readonly resumed: ((session: Session) => void)[]
  /** For good; with what it never acknowledged. */
  readonly closed: ((session: Session, unacked: readonly Unacked[]) => void)[]
}

/** What happens when a client binds in the same breath as it logs in (XEP-0386), one part of it. */
export interface InlineBinding {
  /** The feature that a client asks for in <bind/>, by an element of that namespace; undefined for what happens unasked. */
  readonly feature: string | undefined
  /** Before the client hears of its binding; gives what <bound/> says of it as XML. `request` is what the client asked, if it did. */
  bound(session: Session, request: Element | undefined): Now<string>
}

/** `from` is stamped, `origin` is the client when it is one of ours. Throws StanzaError to refuse; errors and results are never refused. */
export type Relay = (stanza: Stanza, origin: Session | undefined) => Now<void>

/** Who of our domain exists. */
export interface People {
  exists(localpart: Localpart): Now<boolean>
}

export interface Log {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export interface HostOptions {
  readonly domain: Account
  readonly people: People
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export class Host {
  readonly domain: Account
  readonly people: People
  readonly log: Log
  readonly clock: () => number
  readonly sessions = new Sessions()
  readonly messages = new MessagePipeline()
  readonly presence: PresenceStages = { rewrite: [], arrived: [], departed: [], withdrawn: [], changed: [], guard: [] }
  readonly life: LifeStages = { bound: [], lost: [], resumed: [], closed: [] }
  /** May refuse an IQ between clients: blocking. True refuses with service-unavailable. */
  readonly iqGuard: ((iq: Stanza, from: Jid, to: Jid) => Now<boolean>)[] = []
  readonly modules: Module[] = []
  readonly questions = new Questions()
  /** What people can ask the server to do (XEP-0050), and operators with `plodge`. */
  readonly commands = new Commands()
  /** Runs one of these commands for a client, at whatever address they are (XEP-0050). One owner. */
  execute: (commands: Commands, asked: CommandPayload, call: Call) => Now<CommandPayload> = () => {
    throw new StanzaError('service-unavailable', 'There are no commands here')
  }
  /** What modules know about nodes of service discovery, at the server and at each account for its owner. */
  readonly nodes: DiscoNodes[] = []
  /** What the server itself asks clients. */
  readonly inquiries = new Inquiries(stanza => this.route(stanza))
  /** By domain. */
  readonly services: ReadonlyMap<string, Service>
  readonly #services = new Map<string, Service>()
  /** Other domains that can be reached, each with what takes stanzas there. */
  readonly relays: ReadonlyMap<string, Relay>
  readonly #relays = new Map<string, Relay>()
  /** Subscription requests and answers (RFC 6121 §3). One owner. */
  subscribe: (presence: Stanza, from: Jid, to: Jid) => Now<void> = () => {}
  /** Presence without addressee (RFC 6121 §4.2–4.5). One owner. */
  broadcast: (presence: Stanza, session: Session) => Now<void> = () => {}
  /** Presence to somebody (RFC 6121 §4.6), and probes (§4.3). One owner. */
  direct: (presence: Stanza, from: Jid, to: Jid, session: Session | undefined) => Now<void> = () => {}
  /** What the store has of somebody is gone or another: what memory has goes, too. */
  readonly removed: ((localpart: Localpart) => void)[] = []
  /** Extra XML of the stream features after authentication, each by its module; a function where it is not known yet or may change. */
  readonly streamFeatures: (string | (() => string))[] = []

  /** What a client may ask for while it binds, each by its module. */
  readonly inline: InlineBinding[] = []

  constructor({ domain, people, log, clock }: HostOptions) {
    this.domain = domain
    this.people = people
    this.log = log
    this.clock = clock
    this.services = this.#services
    this.relays = this.#relays
    this.messages.mistaken = error => log.error({ err: error }, 'a message arrived, but what follows from it failed')
  }

  install(modules: readonly Module[]): void {
    for (const module of modules) {
      this.modules.push(module)
      module.install(this)
    }
  }

  isLocal(jid: Jid): boolean {
    return jid.domain === this.domain.domain
  }

  /** Work that nobody waits for: a failure is logged, not lost. */
  background(work: Now<unknown>, what: string): void {
    if (isPending(work)) work.catch((error: unknown) => this.log.error({ err: error }, `${what} failed`))
  }

  /** Registers the one answer to a question; two modules claiming the same question is a mistake found at start. */
  answer<Q, A>(exchange: Exchange<Q, A>, at: Target | readonly Target[], answer: Answer<Q, A>): void {
    this.questions.register(exchange, typeof at === 'string' ? [at] : at, answer)
  }

  /** Opens a domain beside that of the people; two of the same name are a mistake found at start. */
  serve(options: ServiceOptions): Service {
    const { domain } = options.domain
    this.#claim(domain)
    const service = new Service(options)
    this.#services.set(domain, service)
    return service
  }

  /** What is for another domain goes there: whole stanzas, stamped. */
  relay(domain: string, take: Relay): void {
    this.#claim(domain)
    this.#relays.set(domain, take)
  }

  #claim(domain: string): void {
    if (domain === this.domain.domain || this.#services.has(domain) || this.#relays.has(domain))
      throw new Error(`two services are at ${domain}`)
  }

  /** What an account's history has, as it is delivered late; undefined where it is gone. One owner. */
  recall: (account: Account, places: readonly Place[]) => Promise<readonly (Stanza | undefined)[]> = async (_, places) =>
    places.map(() => undefined)

  /** Sends a stanza into routing as if it came from the server itself or for an account; set by the router. */
  route: (stanza: Stanza) => Now<void> = () => {}
}

export type { Answer, Call, Target }
