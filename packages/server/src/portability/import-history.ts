/** Messages on their way into one account: its history, and what waits for it. Some hundreds are in memory at once. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { readDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import { StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Archive, ArchiveId, RestoredMessage } from '../storage/repositories.ts'
import type { Imported } from './report.ts'

const A_BATCH = 500
const BATCH_CHARACTERS = 4 * 1024 * 1024

export class HistoryImport {
  readonly #archive: Archive
  readonly #owner: Account
  readonly #counts: Imported
  #batch: RestoredMessage[] = []
  #characters = 0
  #previous: ArchiveId = 0
  #highest: ArchiveId = 0
  /** The first that waits; what is before it has been delivered. */
  #firstWaiting: ArchiveId | undefined
  /** How far everything was delivered before; 0 for somebody who never was here. */
  readonly #mark: ArchiveId

  private constructor(archive: Archive, owner: Account, counts: Imported, mark: ArchiveId) {
    this.#archive = archive
    this.#owner = owner
    this.#counts = counts
    this.#mark = mark
  }

  static async begin(archive: Archive, owner: Account, counts: Imported): Promise<HistoryImport> {
    return new HistoryImport(archive, owner, counts, await archive.deliveryMark(owner.local))
  }

  /** A message of history: what it was called, and when it was. */
  async kept(message: Stanza, name: string, time: number): Promise<void> {
    const id = idOf(name, time) ?? Math.max(time * 1000, this.#previous + 1)
    this.#previous = id
    this.#highest = Math.max(this.#highest, id)
    await this.#put({ ...this.#sides(message), id, kept: true, stanza: message.toXml(CLIENT) })
  }

  /** A message that no device of theirs has. */
  async waiting(message: Stanza, host: string): Promise<void> {
    const delay = message.has(Delay) ? message.all(Delay).find(({ from }) => from === host) : undefined
    const time = readDateTime(delay?.stamp ?? '')
    const known = message.has(StanzaId) ? message.all(StanzaId).find(({ by }) => by === this.#owner.bare) : undefined
    const id = time === undefined ? undefined : idOf(known?.id ?? '', time)
    this.#counts.waiting += 1
    if (id === undefined || id <= this.#mark) return this.#late(message)
    const original = message.without(Delay, ({ from }) => from === host).without(StanzaId, ({ by }) => by === this.#owner.bare)
    this.#firstWaiting = Math.min(this.#firstWaiting ?? id, id)
    await this.#put({ ...this.#sides(original), id, kept: false, stanza: original.toXml(CLIENT) })
  }

  /** Everything is on disk when it settles. */
  async finish(): Promise<void> {
    await this.#write()
    await this.#archive.committed()
    if (this.#mark > 0 || this.#highest === 0) return
    // They have had it all, but for what waits.
    const mark = this.#firstWaiting === undefined ? this.#highest : this.#firstWaiting - 1
    await this.#archive.setDeliveryMarks(new Map([[this.#owner.local, mark]]))
  }

  /** From elsewhere, where it had another name or none: it comes as if it were sent now, and says when it was. */
  async #late(message: Stanza): Promise<void> {
    const { peer } = this.#sides(message)
    this.#archive.append(message.toXml(CLIENT), [{ owner: this.#owner.local, peer, direction: 'received', kept: false }])
    await this.#archive.committed()
  }

  #sides({ from, to }: Stanza): Pick<RestoredMessage, 'peer' | 'direction'> {
    const own = this.#owner.bare
    const recipient = to?.bare ?? own
    return from?.bare === own && recipient !== own
      ? { peer: recipient, direction: 'sent' }
      : { peer: from?.bare ?? own, direction: 'received' }
  }

  async #put(message: RestoredMessage): Promise<void> {
    this.#batch.push(message)
    this.#characters += message.stanza.length
    if (this.#batch.length >= A_BATCH || this.#characters >= BATCH_CHARACTERS) await this.#write()
  }

  async #write(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    this.#characters = 0
    if (batch.length === 0) return
    const put = await this.#archive.restore(this.#owner.local, batch)
    this.#counts.messages += Math.min(put, batch.filter(({ kept }) => kept).length)
  }
}

/** The id, when it is one of ours: microseconds, of that second. */
function idOf(name: string, time: number): ArchiveId | undefined {
  const id = /^\d{16}$/.test(name) ? Number(name) : undefined
  return id !== undefined && Math.floor(id / 1_000_000) === Math.floor(time / 1000) ? id : undefined
}
