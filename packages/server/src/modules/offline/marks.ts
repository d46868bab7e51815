/** The delivery marks on their way to the disk: those that moved, every few seconds, in one write. */
import type { Host } from '../../routing/host.ts'
import type { Archive, ArchiveId, Localpart } from '../../storage/repositories.ts'
import { Progress } from './progress.ts'

const FLUSH_MS = 2000

export class Marks {
  readonly #archive: Pick<Archive, 'deliveryMark' | 'setDeliveryMarks'>
  readonly #accounts = new Map<Localpart, Progress>()
  readonly #moved = new Set<Localpart>()
  /** Of accounts that have no session any more, until they are written. */
  readonly #left = new Map<Localpart, ArchiveId>()
  readonly #written = new Map<Localpart, ArchiveId>()
  #host: Host | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(archive: Pick<Archive, 'deliveryMark' | 'setDeliveryMarks'>) {
    this.#archive = archive
  }

  install(host: Host): void {
    this.#host = host
  }

  find(owner: Localpart): Progress | undefined {
    return this.#accounts.get(owner)
  }

  of(owner: Localpart): Progress {
    let progress = this.#accounts.get(owner)
    if (!progress) {
      progress = new Progress()
      this.#accounts.set(owner, progress)
    }
    return progress
  }

  /** As far as everything has surely reached a device, by the last time somebody looked. */
  async stored(owner: Localpart): Promise<ArchiveId> {
    const left = this.#left.get(owner) ?? 0
    return Math.max(left, await this.#archive.deliveryMark(owner))
  }

  /** The mark may have moved. */
  moved(owner: Localpart): void {
    this.#moved.add(owner)
    this.#timer ??= setTimeout(() => this.#tick(), FLUSH_MS).unref()
  }

  /** The account has no session left. */
  leave(owner: Localpart): void {
    const mark = this.#accounts.get(owner)?.mark()
    this.#accounts.delete(owner)
    this.#moved.delete(owner)
    if (mark === undefined || mark <= (this.#written.get(owner) ?? 0)) {
      this.#written.delete(owner)
      return
    }
    this.#left.set(owner, mark)
    this.#timer ??= setTimeout(() => this.#tick(), FLUSH_MS).unref()
  }

  /** Settles when the marks as they are now are on disk. Never rejects: what is not written now is written later, or delivered twice. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    return this.flush()
  }

  #tick(): void {
    this.#timer = undefined
    this.#host?.background(this.flush(), 'writing delivery marks')
  }

  async #write(): Promise<void> {
    const marks = new Map(this.#left)
    for (const owner of this.#moved) {
      const mark = this.#accounts.get(owner)?.mark()
      if (mark !== undefined && mark > (this.#written.get(owner) ?? 0)) marks.set(owner, mark)
    }
    const again = [...this.#moved].filter(owner => this.#accounts.get(owner)?.isOpen)
    this.#moved.clear()
    try {
      if (marks.size > 0) await this.#archive.setDeliveryMarks(marks)
      this.#wrote(marks)
    } catch (error) {
      this.#host?.log.warn({ err: error }, 'delivery marks were not written; messages may be delivered again')
      for (const owner of marks.keys()) if (this.#accounts.has(owner)) this.moved(owner)
    }
    for (const owner of again) if (this.#accounts.has(owner)) this.moved(owner)
  }

  #wrote(marks: ReadonlyMap<Localpart, ArchiveId>): void {
    for (const [owner, mark] of marks) {
      if (this.#left.get(owner) === mark) this.#left.delete(owner)
      if (this.#accounts.has(owner)) this.#written.set(owner, mark)
      else this.#written.delete(owner)
    }
  }
}
