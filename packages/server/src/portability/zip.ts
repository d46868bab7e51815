/**
 * A zip file (PKWARE's APPNOTE 6.3) while its contents come: nothing is known of a file in it before it begins, and nothing is kept but its
 * place. Names are in UTF-8; what is large gets the fields of ZIP64.
 */
import { once } from 'node:events'
import { crc32, createDeflateRaw } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly time: number
  /** Whether to make it smaller; pictures and the like are small already. */
  readonly isCompressed: boolean
  readonly content: AsyncIterable<string | Uint8Array>
}

interface Placed {
  readonly name: Buffer
  readonly stamp: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

const [LOCAL, DESCRIPTOR, CENTRAL, END, END64, LOCATOR64] = [0x04034b50, 0x08074b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50]
/** Sizes come after the contents; names are in UTF-8. */
const FLAGS = 0x0808
const [STORED, DEFLATED] = [0, 8]
const VERSION = 45
const UNIX_FILE = 0x032d
const MOST_32 = 0xffff_ffff
const MOST_16 = 0xffff

export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer> {
  const placed: Placed[] = []
  let offset = 0
  const counted = (piece: Buffer): Buffer => {
    offset += piece.length
    return piece
  }
  for await (const entry of entries) {
    const begun = { name: Buffer.from(entry.name), stamp: stampOf(entry.time), method: entry.isCompressed ? DEFLATED : STORED, offset }
    yield counted(localHeader(begun))
    const sums = { crc: 0, size: 0 }
    const plain = summed(entry.content, sums)
    const start = offset
    for await (const piece of entry.isCompressed ? deflated(plain) : plain) yield counted(piece)
    const done = { ...begun, ...sums, packed: offset - start }
    yield counted(descriptor(done))
    placed.push(done)
  }
  const start = offset
  for (const entry of placed) yield counted(centralHeader(entry))
  yield ending(placed.length, offset - start, start)
}

async function* summed(content: ZipEntry['content'], into: { crc: number; size: number }): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    into.crc = crc32(bytes, into.crc)
    into.size += bytes.length
    yield bytes
  }
}

/** A piece is taken only when what is made of the last one was taken. */
async function* deflated(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw()
  const feed = async (): Promise<void> => {
    for await (const piece of content) if (!deflate.write(piece)) await once(deflate, 'drain')
    deflate.end()
  }
  // What fails before is told by the one that reads.
  feed().catch((error: unknown) => deflate.destroy(error instanceof Error ? error : new Error('contents could not be read')))
  for await (const piece of deflate) yield piece as Buffer
}

/** MS-DOS time, two seconds exact, from 1980 on: date in the upper half. */
function stampOf(time: number): number {
  const at = new Date(Math.max(time, Date.UTC(1980, 0, 1)))
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const clock = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return date * 0x1_0000 + clock
}

/** Sizes of all files are written in 64 bits behind them, so that nobody needs to know beforehand (APPNOTE §4.3.9.2). */
function localHeader({ name, stamp, method }: Pick<Placed, 'name' | 'stamp' | 'method'>): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(LOCAL, 0)
  head.writeUInt16LE(VERSION, 4)
  head.writeUInt16LE(FLAGS, 6)
  head.writeUInt16LE(method, 8)
  head.writeUInt32LE(stamp, 10)
  head.writeUInt32LE(MOST_32, 18)
  head.writeUInt32LE(MOST_32, 22)
  head.writeUInt16LE(name.length, 26)
  const extra = sizes64([0, 0])
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, name, extra])
}

function descriptor({ crc, packed, size }: Placed): Buffer {
  const tail = Buffer.alloc(24)
  tail.writeUInt32LE(DESCRIPTOR, 0)
  tail.writeUInt32LE(crc, 4)
  tail.writeBigUInt64LE(BigInt(packed), 8)
  tail.writeBigUInt64LE(BigInt(size), 16)
  return tail
}

function sizes64(sizes: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + sizes.length * 8)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(sizes.length * 8, 2)
  for (const [at, size] of sizes.entries()) extra.writeBigUInt64LE(BigInt(size), 4 + at * 8)
  return extra
}

function centralHeader({ name, stamp, method, crc, packed, size, offset }: Placed): Buffer {
  const head = Buffer.alloc(46)
  head.writeUInt32LE(CENTRAL, 0)
  head.writeUInt16LE(UNIX_FILE, 4)
  head.writeUInt16LE(VERSION, 6)
  head.writeUInt16LE(FLAGS, 8)
  head.writeUInt16LE(method, 10)
  head.writeUInt32LE(stamp, 12)
  head.writeUInt32LE(crc, 16)
  const long = [size, packed, offset].filter(value => value >= MOST_32)
  head.writeUInt32LE(Math.min(packed, MOST_32), 20)
  head.writeUInt32LE(Math.min(size, MOST_32), 24)
  head.writeUInt16LE(name.length, 28)
  const extra = long.length > 0 ? sizes64(long) : Buffer.alloc(0)
  head.writeUInt16LE(extra.length, 30)
  // Readable by its owner: a regular file, 0600.
  head.writeUInt32LE(0x8180_0000, 38)
  head.writeUInt32LE(Math.min(offset, MOST_32), 42)
  return Buffer.concat([head, name, extra])
}

function ending(count: number, length: number, start: number): Buffer {
  const isLong = count >= MOST_16 || length >= MOST_32 || start >= MOST_32
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(Math.min(count, MOST_16), 8)
  end.writeUInt16LE(Math.min(count, MOST_16), 10)
  end.writeUInt32LE(Math.min(length, MOST_32), 12)
  end.writeUInt32LE(Math.min(start, MOST_32), 16)
  if (!isLong) return end
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(END64, 0)
  end64.writeBigUInt64LE(44n, 4)
  end64.writeUInt16LE(UNIX_FILE, 12)
  end64.writeUInt16LE(VERSION, 14)
  for (const [at, value] of [count, count, length, start].entries()) end64.writeBigUInt64LE(BigInt(value), 24 + at * 8)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(LOCATOR64, 0)
  locator.writeBigUInt64LE(BigInt(start + length), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end64, locator, end])
}
