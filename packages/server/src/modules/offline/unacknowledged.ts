/** What becomes of stanzas that a device never acknowledged before its session ended (XEP-0198 §5). */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import type { Host } from '../../routing/host.ts'
import { isReachable, type Session, type Unacked } from '../../routing/session.ts'
import type { Archive, ArchiveId } from '../../storage/repositories.ts'
import { worth } from '../archive/worth.ts'
import { isEligible } from '../carbons/eligible.ts'
import { delayed } from './late.ts'
import type { Marks } from './marks.ts'
import type { Progress } from './progress.ts'
import { stillThere } from './still-there.ts'

const Body = { ns: CLIENT, name: 'body' }
const NOTHING: ReadonlySet<ArchiveId> = new Set()

export class Unacknowledged {
  readonly #host: Host
  readonly #marks: Marks
  readonly #archive: Pick<Archive, 'append'>

  constructor(host: Host, marks: Marks, archive: Pick<Archive, 'append'>) {
    this.#host = host
    this.#marks = marks
    this.#archive = archive
  }

  closed(session: Session, unacked: readonly Unacked[]): void {
    const owner = session.localpart
    const marks = new Set(unacked.map(({ mark }) => mark))
    const orphaned = this.#marks.find(owner)?.closed(session, marks) ?? NOTHING
    const unread: ArchiveId[] = []
    for (const { stanza, mark } of unacked) {
      if (mark > 0) {
        if (!orphaned.has(mark)) continue
        if (stanza) this.#orphan(stanza, mark, session)
        else unread.push(mark)
      } else if (stanza) this.#stray(stanza, session)
    }
    if (unread.length > 0) this.#readOrphans(unread, session)
    if (this.#host.sessions.of(session.account).length === 0) this.#marks.leave(owner)
    else if (unacked.length > 0) this.#marks.moved(owner)
  }

  /** In the archive, and in nobody's hands: to whoever is there, or it waits. */
  #orphan(stanza: Stanza, mark: ArchiveId, { account, localpart }: Session): void {
    const progress = this.#marks.of(localpart)
    const others = this.#host.sessions.of(account).filter(isReachable)
    // What was only a copy is read from the archive by the next who comes.
    if (others.length === 0 || isOurs(stanza, account)) return progress.waiting(mark)
    const late = delayed(stanza, mark, this.#host)
    for (const other of others) other.send(late, mark)
    const holders = stillThere(this.#host, account, others)
    if (holders.length > 0) progress.handed(mark, holders)
    else progress.waiting(mark)
  }

  /** As #orphan, of what is only in the archive. */
  #readOrphans(marks: readonly ArchiveId[], session: Session): void {
    const progress = this.#marks.of(session.localpart)
    if (!this.#host.sessions.of(session.account).some(isReachable)) {
      for (const mark of marks) progress.waiting(mark)
      return
    }
    for (const mark of marks) progress.hold(mark)
    this.#host.background(this.#passOn(marks, session, progress), 'giving messages to another device')
  }

  async #passOn(marks: readonly ArchiveId[], session: Session, progress: Progress): Promise<void> {
    const { account, localpart } = session
    const found = await this.#host
      .recall(
        account,
        marks.map(id => ({ id, copied: undefined })),
      )
      .catch(() => [])
    // Everybody has gone meanwhile: the mark on disk stayed below, and the next who comes reads it all.
    if (this.#marks.find(localpart) !== progress) return
    marks.forEach((mark, at) => {
      progress.release(mark)
      const message = found[at]
      if (message) this.#orphan(message, mark, session)
      else if (found.length === 0) progress.waiting(mark)
    })
    this.#marks.moved(localpart)
  }

  /** In no archive. */
  #stray(stanza: Stanza, session: Session): void {
    if (isOurs(stanza, session.account)) return
    if (stanza.kind === 'iq') this.#bounceQuestion(stanza)
    else if (stanza.kind === 'message') this.#strayMessage(stanza, session)
  }

  #bounceQuestion(iq: Stanza): void {
    if (iq.type === 'get' || iq.type === 'set')
      this.#route(iq.refused(new StanzaError('service-unavailable', 'The device went away before it answered')))
  }

  #strayMessage(message: Stanza, { account, localpart }: Session): void {
    const { type, from } = message
    if (type === 'error' || type === 'headline' || type === 'groupchat' || !from) return
    const others = this.#host.sessions.of(account).filter(isReachable)
    const without = others.filter(({ wantsCarbons }) => !wantsCarbons)
    if (others.length > without.length && isEligible(message, 'received')) return
    if (without.length > 0) {
      for (const other of without) other.send(message)
    } else if (others.length === 0 && worth(message) !== 'nothing') this.#wait(message, localpart, from)
    else this.#bounce(message)
  }

  /** Whoever wants no history gets their messages all the same. */
  #wait(message: Stanza, owner: string, from: NonNullable<Stanza['from']>): void {
    try {
      const mark = this.#archive.append(message.toXml(CLIENT), [{ owner, peer: from.bare, direction: 'received', kept: false }])
      this.#marks.find(owner)?.waiting(mark)
    } catch (error) {
      this.#host.log.warn({ err: error }, 'a message that was not acknowledged could not be kept')
      this.#bounce(message)
    }
  }

  /** A typing notice is not worth an error. */
  #bounce(message: Stanza): void {
    if (message.has(Body))
      this.#route(message.refused(new StanzaError('recipient-unavailable', 'The device went away before it got the message')))
  }

  #route(stanza: Stanza): void {
    this.#host.background(this.#host.route(stanza), 'answering for a device that went away')
  }
}

/** Made by the server for the account itself: copies, history, pushes. Nobody waits for an answer to them. */
const isOurs = ({ from }: Stanza, account: Account): boolean => from === undefined || from.full === account.bare
