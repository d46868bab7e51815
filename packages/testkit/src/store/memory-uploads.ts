/** What people uploaded, for as long as a test lasts; the files are elsewhere. */
import type { Localpart, UploadRecord, UploadUsage, Uploads } from '@plodge/server/storage/repositories.ts'

export class MemoryUploads implements Uploads {
  readonly #uploads = new Map<string, UploadRecord>()
  readonly #loose = new Set<string>()

  async find(id: string): Promise<UploadRecord | undefined> {
    return this.#uploads.get(id)
  }

  async list(owner: Localpart, before: UploadRecord | undefined, limit: number): Promise<readonly UploadRecord[]> {
    const sorted = this.#of(owner).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    const at = before ? sorted.findIndex(({ id }) => id === before.id) + 1 : 0
    return sorted.slice(at, at + limit)
  }

  async usage(owner: Localpart): Promise<UploadUsage> {
    return sum(this.#of(owner))
  }

  async total(): Promise<UploadUsage> {
    return sum([...this.#uploads.values()])
  }

  async put(record: UploadRecord, most: UploadUsage): Promise<'stored' | 'taken' | 'full'> {
    if (this.#uploads.has(record.id)) return 'taken'
    const { files, bytes } = await this.usage(record.owner)
    if (files + 1 > most.files || bytes + record.size > most.bytes) return 'full'
    this.#uploads.set(record.id, record)
    return 'stored'
  }

  async remove(id: string): Promise<boolean> {
    return this.#drop(upload => upload.id === id) > 0
  }

  async removeContent(hash: string): Promise<number> {
    return this.#drop(upload => upload.hash === hash)
  }

  async expire(by: number, limit: number): Promise<number> {
    return this.#drop(({ expiresAt }) => expiresAt !== undefined && expiresAt <= by, limit)
  }

  async used(hashes: readonly string[]): Promise<readonly string[]> {
    const all = new Set(Array.from(this.#uploads.values(), ({ hash }) => hash))
    return hashes.filter(hash => all.has(hash))
  }

  async loose(limit: number): Promise<readonly string[]> {
    return [...this.#loose].slice(0, limit)
  }

  async settle(hash: string): Promise<void> {
    this.#loose.delete(hash)
  }

  forget(owner: Localpart): void {
    this.#drop(upload => upload.owner === owner)
  }

  #of(owner: Localpart): UploadRecord[] {
    return [...this.#uploads.values()].filter(upload => upload.owner === owner)
  }

  #drop(which: (upload: UploadRecord) => boolean, limit = Infinity): number {
    const gone = [...this.#uploads.values()].filter(which).slice(0, limit)
    for (const { id, hash } of gone) {
      this.#uploads.delete(id)
      this.#loose.add(hash)
    }
    return gone.length
  }
}

const sum = (uploads: readonly UploadRecord[]): UploadUsage => ({
  files: uploads.length,
  bytes: uploads.reduce((bytes, { size }) => bytes + size, 0),
})
