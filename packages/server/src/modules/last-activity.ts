/**
 * XEP-0012: how long the server has been up, and when somebody was last here. Each account's last log-out is one document, written when
 * its last device leaves, some seconds later and together with those of others: a log-out costs next to nothing.
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { textElement } from '@plodge/xmpp/xeps/codec.ts'
import { AskLastActivity, LAST } from '@plodge/xmpp/xeps/last-activity.ts'
import type { MayAsk } from '../accounts/may-ask.ts'
import type { Call, Host, Module } from '../routing/host.ts'
import { type Now, andThen } from '../routing/now.ts'
import type { Session } from '../routing/session.ts'
import type { Documents, Localpart } from '../storage/repositories.ts'

const KIND = 'last-activity'
const LONGEST_STATUS = 1024
const DELAY_MS = 2000
const MOST_WAITING = 5000
const Status = textElement('jabber:client', 'status')

export interface LastActivityOptions {
  readonly documents: Documents
  readonly mayAsk: MayAsk
  /** How long a log-out waits for others before it is written. */
  readonly delayMs?: number
}

export interface LastActivity extends Module {
  /** Writes what waits; settles when it is on disk. */
  close(): Promise<void>
}

interface Departure {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly status: string
}

export function lastActivity({ documents, mayAsk, delayMs = DELAY_MS }: LastActivityOptions): LastActivity {
  const departures = new Departures(documents, delayMs)
  return {
    name: 'last-activity',
    implements: { 'XEP-0012': '2.0' },
    features: [LAST],
    accountFeatures: [LAST],
    install: host => answer(host, departures, mayAsk),
    close: async () => void (await departures.flush()),
  }
}

function answer(host: Host, departures: Departures, mayAsk: MayAsk): void {
  const startedAt = host.clock()
  watch(host, departures)
  const about = ({ owner, to }: Call): Now<{ seconds: number; status: string }> => {
    if (host.sessions.of(to).length > 0) return { seconds: 0, status: '' }
    return andThen(departures.of(owner), departure => {
      if (!departure) throw new StanzaError('item-not-found', 'They have not been here yet')
      return { seconds: secondsSince(departure.time, host), status: departure.status }
    })
  }

  host.answer(AskLastActivity, 'server', () => ({ seconds: secondsSince(startedAt, host), status: '' }))
  host.answer(AskLastActivity, 'self', (_, call) => about(call))
  host.answer(AskLastActivity, 'anybody', (_, call) => andThen(mayAsk(call.owner, call.from), may => (may ? about(call) : refuse())))
  // §4: nor may strangers ask a device.
  host.iqGuard.push((iq, from, to) => andThen(isHidden(iq, from, to, mayAsk), hidden => hidden && refuse()))
}

const secondsSince = (time: number, { clock }: Host): number => Math.max(0, Math.floor((clock() - time) / 1000))

function refuse(): never {
  throw new StanzaError('forbidden', 'Only those who may see their presence may ask when they were here')
}

function isHidden(iq: Stanza, from: Jid, to: Jid, mayAsk: MayAsk): Now<boolean> {
  if (to.resource === '' || iq.type !== 'get' || from.bare === to.bare || !iq.has(AskLastActivity.request)) return false
  return andThen(mayAsk(to.local, from), may => !may)
}

function watch(host: Host, departures: Departures): void {
  // What a device said when it became unavailable, until it leaves or comes back.
  const statuses = new WeakMap<Session, string>()
  host.presence.arrived.push(session => void statuses.delete(session))
  host.presence.departed.push((session, _, leaving) => {
    const status = leaving.get(Status)
    if (status !== undefined) statuses.set(session, status.slice(0, LONGEST_STATUS))
  })
  host.life.closed.push(session => {
    if (host.sessions.of(session.account).length > 0) return
    const departure = { time: host.clock(), status: statuses.get(session) ?? '' }
    departures.put(session.localpart, departure, error => host.log.error({ err: error }, 'log-outs could not be noted'))
  })
  host.removed.push(owner => departures.forget(owner))
}

class Departures {
  readonly #documents: Documents
  readonly #delayMs: number
  /** Not on disk yet: what is read meanwhile must not be older. */
  readonly #waiting = new Map<Localpart, Departure>()
  #timer: NodeJS.Timeout | undefined
  #written: Promise<unknown> = Promise.resolve()

  constructor(documents: Documents, delayMs: number) {
    this.#documents = documents
    this.#delayMs = delayMs
  }

  of(owner: Localpart): Now<Departure | undefined> {
    return this.#waiting.get(owner) ?? this.#documents.get(owner, KIND, '').then(text => (text === undefined ? undefined : read(text)))
  }

  /** `failed` is told when they could not be written. */
  put(owner: Localpart, departure: Departure, failed: (error: unknown) => void): void {
    this.#waiting.set(owner, departure)
    if (this.#waiting.size >= MOST_WAITING) this.flush().catch(failed)
    else this.#timer ??= setTimeout(() => void this.flush().catch(failed), this.#delayMs).unref()
  }

  forget(owner: Localpart): void {
    this.#waiting.delete(owner)
  }

  /** All together: a class that ends at noon is one write. Settles when they are on disk. */
  flush(): Promise<unknown> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const writing = [...this.#waiting].map(async ([owner, departure]) => {
      await this.#documents.set(owner, KIND, '', `${departure.time} ${departure.status}`)
      if (this.#waiting.get(owner) === departure) this.#waiting.delete(owner)
    })
    if (writing.length === 0) return this.#written
    // What could not be written is not tried again: the next log-out is newer.
    const written = Promise.all(writing).finally(() => {
      if (!this.#timer) this.#waiting.clear()
    })
    this.#written = written.catch(() => undefined)
    return written
  }
}

function read(text: string): Departure {
  const space = text.indexOf(' ')
  return { time: Number(text.slice(0, space)), status: text.slice(space + 1) }
}
