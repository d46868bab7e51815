/** The files of one person, as they are on disk; and files that the server makes for somebody. */
import type { FileHandle } from 'node:fs/promises'
import type { UploadRecord, Uploads } from '../../storage/repositories.ts'
import type { Blobs } from './blobs.ts'
import { fitName } from './file-name.ts'
import type { SlotNeeds } from './slots.ts'

const A_PAGE = 100
const CHUNK = 65_536
/** What the server made of all the others is in none of them. */
const MADE = '; made=for-its-owner'

export interface OwnFile extends Pick<UploadRecord, 'name' | 'type' | 'size' | 'createdAt'> {
  readonly content: () => AsyncGenerator<Buffer>
}

/** Newest first. */
export async function* ownFiles(uploads: Uploads, blobs: Blobs, owner: string, now: number): AsyncGenerator<OwnFile> {
  let before: UploadRecord | undefined
  for (;;) {
    const page = await uploads.list(owner, before, A_PAGE)
    for (const record of page) {
      if (record.type.endsWith(MADE) || (record.expiresAt ?? Infinity) <= now) continue
      const handle = await blobs.read(record.hash).catch(() => undefined)
      // It may have gone since it was listed.
      if (!handle) continue
      try {
        yield { ...record, content: () => contentOf(handle) }
      } finally {
        await handle.close()
      }
    }
    before = page.at(-1)
    if (page.length < A_PAGE) return
  }
}

async function* contentOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

export interface Gift {
  readonly owner: string
  readonly name: string
  readonly type: string
  readonly content: AsyncIterable<Buffer>
  /** How long it is there. */
  readonly lastsMs: number
}

/** Puts it where the person can get it, and gives its address; undefined when the disk has no room for it. */
export async function give({ owner, name: wished, type, content, lastsMs }: Gift, needs: SlotNeeds): Promise<string | undefined> {
  const { blobs, uploads, tickets, host, settings, baseUrl } = needs
  const room = (await blobs.room()) - settings().keepFreeBytes
  const received = await blobs
    .receive(within(content, room), undefined, () => {})
    .catch((error: unknown) => {
      if (error instanceof NoRoom) return undefined
      throw error
    })
  if (!received) return undefined
  const { hash, size } = received
  const name = fitName(wished)
  const now = host.clock()
  const record = { id: tickets.newId(name), owner, name, type: type + MADE, hash, size, createdAt: now, expiresAt: now + lastsMs }
  await blobs.locked(hash, async () => {
    await blobs.keep(received)
    await uploads.put(record, { files: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER })
  })
  const claims = { until: now, expiresAt: record.expiresAt }
  return `${baseUrl()}${tickets.write({ ...record, ...claims }).path}`
}

class NoRoom extends Error {}

async function* within(content: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let length = 0
  for await (const piece of content) {
    length += piece.length
    if (length > most) throw new NoRoom()
    yield piece
  }
}
