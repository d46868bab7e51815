/** A new file, written piece by piece, that only its owner can read; when it cannot be finished there is none. */
import { open, rm } from 'node:fs/promises'

/** Gives how many bytes it has. Throws what the system says, such as that the file exists. */
export async function writeNewFile(file: string, pieces: AsyncIterable<string | Uint8Array>): Promise<number> {
  const handle = await open(file, 'wx', 0o600)
  let bytes = 0
  try {
    for await (const piece of gathered(pieces)) bytes += (await handle.write(piece)).bytesWritten
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  return bytes
}

const A_WRITE = 65_536

/** Few large writes. */
async function* gathered(pieces: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    waiting.push(bytes)
    length += bytes.length
    if (length < A_WRITE) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(waiting)
}
