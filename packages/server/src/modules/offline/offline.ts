/**
 * XEP-0160: what came while nobody was there is delivered when somebody is, out of the archive. Delivery marks say how far that is done.
 * They are written every few seconds: after a crash the last seconds are delivered again, and nothing is lost.
 */
import { raw } from '@plodge/xmpp/xeps/codec.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { Now } from '../../routing/now.ts'
import type { Outcome, Passage } from '../../routing/pipeline.ts'
import { isReachable, type Session } from '../../routing/session.ts'
import type { Archive, ArchivedMessage } from '../../storage/repositories.ts'
import { isEligible } from '../carbons/eligible.ts'
import { delayed, readArchived } from './late.ts'
import { Marks } from './marks.ts'
import type { Progress } from './progress.ts'
import { recall } from './recall.ts'
import { stillThere } from './still-there.ts'
import { Unacknowledged } from './unacknowledged.ts'

const PAGE = 50

export interface OfflineOptions {
  readonly archive: Archive
  /** Whether the owner's history has the message: then its id is put on it. */
  readonly isInHistory: (message: Stanza, owner: Account) => Now<boolean>
  /** Something to wait for before more is sent to a session whose client is slow. */
  readonly pace: (session: Session) => Now<void>
}

export interface OfflineModule extends Module {
  /** Settles when the delivery marks are on disk. */
  readonly flush: () => Promise<void>
  /** The last flush; to be called when all sessions have ended, before the store closes. */
  readonly close: () => Promise<void>
}

export function offline(options: OfflineOptions): OfflineModule {
  const marks = new Marks(options.archive)
  return {
    name: 'offline',
    implements: { 'XEP-0160': '1.0.1', 'XEP-0203': '2.0' },
    features: ['msgoffline'],
    install(host) {
      marks.install(host)
      const delivery = new LateDelivery(host, marks, options)
      host.recall = (account, places) => recall(options.archive, host, account, places)
      const unacknowledged = new Unacknowledged(host, marks, options.archive)
      host.messages.rewrite.push((message, { origin }) => (origin ? withoutForgedDelays(message, host) : message))
      host.messages.observe.push((message, passage, outcome) => delivery.observe(message, passage, outcome))
      host.presence.arrived.push(session => delivery.arrived(session))
      host.presence.changed.push(session => delivery.arrived(session))
      host.life.closed.push((session, unacked) => unacknowledged.closed(session, unacked))
    },
    flush: () => marks.flush(),
    close: () => marks.stop(),
  }
}

const AnyDelay = raw(DELAY, 'delay')

/** XEP-0203 §5: nobody but us says what we delayed. */
const withoutForgedDelays = (message: Stanza, host: Host): Stanza =>
  message.has(AnyDelay) ? message.without(AnyDelay, ({ attributes }) => attributes['from'] === host.domain.full) : message

class LateDelivery {
  readonly #host: Host
  readonly #marks: Marks
  readonly #options: OfflineOptions

  constructor(host: Host, marks: Marks, options: OfflineOptions) {
    this.#host = host
    this.#marks = marks
    this.#options = options
  }

  /** Notes who has a message that was kept. */
  observe(message: Stanza, { recipient, sender, origin }: Passage, { mark, reached, refusal }: Outcome): void {
    if (!recipient || mark === undefined || refusal) return
    const owner = recipient.local
    const alive = stillThere(this.#host, recipient, reached)
    if (alive.length > 0) {
      const isToSelf = sender?.bare === recipient.bare
      this.#marks.of(owner).handed(mark, this.#holders(message, recipient, alive, isToSelf ? origin : undefined))
      this.#marks.moved(owner)
      return
    }
    // With no session nothing is known here, and the mark on disk stands.
    const progress = this.#marks.find(owner)
    if (!progress) return
    progress.waiting(mark)
    const session = this.#host.sessions.of(recipient).find(isReachable)
    if (session) this.arrived(session)
  }

  /** Those that got it, and those that got a copy: a device that acknowledges and dies need not be replaced by them. */
  #holders(message: Stanza, recipient: Account, reached: readonly Session[], origin: Session | undefined): readonly Session[] {
    const sessions = this.#host.sessions.of(recipient)
    if (sessions.length === reached.length || reached.some(({ unackedMark }) => unackedMark === 0)) return reached
    const copied = sessions.filter(session => session.wantsCarbons && session !== origin && !reached.includes(session))
    return copied.length > 0 && isEligible(message, 'received') ? [...reached, ...copied] : reached
  }

  /** A session became available, or available in another way. */
  arrived(session: Session): void {
    if (!isReachable(session)) return
    const progress = this.#marks.of(session.localpart)
    if (progress.isBehind && !progress.isCatchingUp)
      this.#host.background(this.#catchUp(session), 'delivering what came while nobody was there')
  }

  async #catchUp(arrived: Session): Promise<void> {
    const { localpart: owner, account } = arrived
    const progress = this.#marks.of(owner)
    progress.isCatchingUp = true
    try {
      progress.startFrom(await this.#marks.stored(owner))
      for (;;) {
        const { waits } = progress
        const page = await this.#options.archive.undelivered(owner, progress.reached ?? 0, PAGE)
        for (const message of page) {
          if (!progress.wasHanded(message.id)) {
            const session = this.#reachable(account, arrived)
            // Nobody is there any more, or not without a break: the next who comes goes on from here.
            if (!session || this.#marks.find(owner) !== progress) return
            // It ended just now: what it leaves behind is read again.
            if (!(await this.#hand(message, session, progress))) break
          }
          progress.advance(message.id)
        }
        if (page.length < PAGE && progress.waits === waits) break
        await this.#options.pace(arrived)
      }
      progress.caughtUp()
    } finally {
      progress.isCatchingUp = false
      this.#marks.moved(owner)
    }
  }

  /** Whoever came, or somebody else if they have gone again. */
  #reachable(account: Account, arrived: Session): Session | undefined {
    const reachable = this.#host.sessions.of(account).filter(isReachable)
    return reachable.includes(arrived) ? arrived : reachable[0]
  }

  /** False when the session is gone. */
  async #hand(archived: ArchivedMessage, session: Session, progress: Progress): Promise<boolean> {
    const message = readArchived(archived)
    if (!message) return true
    const { account } = session
    const isInHistory = await this.#options.isInHistory(message, account)
    const { readsHistory: read } = session
    if (isInHistory && read && archived.id >= read.from && archived.id <= read.to) return true
    const stamped = isInHistory ? this.#host.messages.stamp(message, account, archived.id) : message
    session.send(delayed(stamped, archived.id, this.#host), archived.id)
    const holders = stillThere(this.#host, account, [session])
    if (holders.length > 0) progress.handed(archived.id, holders)
    else progress.waiting(archived.id)
    return holders.length > 0
  }
}
