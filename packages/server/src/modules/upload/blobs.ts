/**
 * Files by the hash of their bytes, each once, in 256 folders. A file is written beside them, flushed and renamed: under its hash there is
 * a whole file or none, whenever the power goes.
 */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** The bytes came, but not as many as were said. */
export class WrongSize extends Error {
  override readonly name = 'WrongSize'
}

export interface Received {
  readonly hash: string
  readonly size: number
  readonly file: string
}

const SHARDS = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

export class Blobs {
  readonly #folder: string
  readonly #incoming: string
  readonly #locks = new Map<string, Promise<unknown>>()
  /** Folders that `all` has been through: what changes there is counted from then on. */
  readonly #counted = new Set<string>()
  #bytes = 0

  /** Nothing is read or written before `prepare`. */
  constructor(folder: string) {
    this.#folder = folder
    this.#incoming = join(folder, 'incoming')
  }

  /** Of all files, once `all` has been through them. */
  get bytes(): number {
    return this.#bytes
  }

  /** Makes the folders. What was half received when the server died goes. */
  async prepare(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true })
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 })
    const there = new Set(await readdir(this.#folder))
    for (const shard of SHARDS) if (!there.has(shard)) await mkdir(join(this.#folder, shard), { mode: 0o700 })
    await flushFolder(this.#folder)
  }

  /** Bytes that the disk has left. */
  async room(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize
  }

  /** Puts what comes on disk, a chunk at a time; nothing of it stays unless it is as long as it should be, where that is known. `heard` is told of each chunk. */
  async receive(source: AsyncIterable<Buffer>, size: number | undefined, heard: () => void): Promise<Received> {
    const file = join(this.#incoming, randomUUID())
    const handle = await open(file, 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      let length = 0
      for await (const chunk of source) {
        length += chunk.length
        if (length > (size ?? Infinity)) throw new WrongSize()
        hash.update(chunk)
        await writeAll(handle, chunk)
        heard()
      }
      if (length !== (size ?? length)) throw new WrongSize()
      await handle.sync()
      await handle.close()
      return { hash: hash.digest('hex'), size: length, file }
    } catch (error) {
      await handle.close().catch(() => undefined)
      await rm(file, { force: true })
      throw error
    }
  }

  /** Puts a received file where it belongs. Only while its hash is locked. */
  async keep({ hash, file }: Received): Promise<void> {
    const place = this.#place(hash)
    const [{ size }, before] = await Promise.all([stat(file), stat(place).catch(() => undefined)])
    await rename(file, place)
    await flushFolder(join(this.#folder, hash.slice(0, 2)))
    if (!before) this.#count(hash, size)
  }

  async discard({ file }: Received): Promise<void> {
    await rm(file, { force: true })
  }

  read(hash: string): Promise<FileHandle> {
    return open(this.#place(hash), 'r')
  }

  /** Only while its hash is locked. */
  async remove(hash: string): Promise<void> {
    const place = this.#place(hash)
    const before = await stat(place).catch(() => undefined)
    if (!before) return
    await rm(place, { force: true })
    this.#count(hash, -before.size)
  }

  /** One at a time for each hash: a file must not go while somebody else's upload of the same bytes comes to rely on it. */
  async locked<T>(hash: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#locks.get(hash) ?? Promise.resolve()).then(work)
    const settled = turn.catch(() => undefined)
    this.#locks.set(hash, settled)
    try {
      return await turn
    } finally {
      if (this.#locks.get(hash) === settled) this.#locks.delete(hash)
    }
  }

  /** Everything that is there, a folder at a time. */
  async *all(): AsyncIterable<readonly { readonly hash: string; readonly size: number }[]> {
    for (const shard of SHARDS) {
      const names = (await readdir(join(this.#folder, shard))).filter(name => /^[0-9a-f]{64}$/.test(name))
      const sizes: { readonly hash: string; readonly size: number }[] = []
      for (const hash of names) {
        const found = await stat(this.#place(hash)).catch(() => undefined)
        if (found) sizes.push({ hash, size: found.size })
      }
      if (!this.#counted.has(shard)) for (const { size } of sizes) this.#bytes += size
      this.#counted.add(shard)
      yield sizes
    }
  }

  #count(hash: string, bytes: number): void {
    if (this.#counted.has(hash.slice(0, 2))) this.#bytes += bytes
  }

  #place(hash: string): string {
    return join(this.#folder, hash.slice(0, 2), hash)
  }
}

async function writeAll(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
