/** What goes by itself: uploads that expired, files that no upload has any more, and what a crash left behind. */
import type { Uploads } from '../../storage/repositories.ts'
import type { Blobs } from './blobs.ts'

const AT_ONCE = 200

export class Housekeeping {
  readonly #uploads: Uploads
  readonly #blobs: Blobs
  readonly #clock: () => number
  #running: Promise<void> | undefined
  #isStopped = false

  constructor(uploads: Uploads, blobs: Blobs, clock: () => number) {
    this.#uploads = uploads
    this.#blobs = blobs
    this.#clock = clock
  }

  /** Removes what is to be removed now; one run at a time. */
  sweep(): Promise<void> {
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** Counts all files, and removes those that no upload has: the server died between the file and the books. */
  async lookThrough(): Promise<void> {
    for await (const files of this.#blobs.all()) {
      for (let at = 0; at < files.length && !this.#isStopped; at += AT_ONCE) {
        const hashes = files.slice(at, at + AT_ONCE).map(({ hash }) => hash)
        const used = new Set(await this.#uploads.used(hashes))
        for (const hash of hashes) if (!used.has(hash)) await this.#removeUnused(hash)
      }
      if (this.#isStopped) return
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #sweep(): Promise<void> {
    while (!this.#isStopped && (await this.#uploads.expire(this.#clock(), AT_ONCE)) === AT_ONCE);
    for (;;) {
      const loose = await this.#uploads.loose(AT_ONCE)
      for (const hash of loose) {
        if (this.#isStopped) return
        await this.#removeUnused(hash)
        await this.#uploads.settle(hash)
      }
      if (loose.length < AT_ONCE) return
    }
  }

  /** Its owner may upload the same again this moment. */
  #removeUnused(hash: string): Promise<void> {
    return this.#blobs.locked(hash, async () => {
      if ((await this.#uploads.used([hash])).length === 0) await this.#blobs.remove(hash)
    })
  }
}
