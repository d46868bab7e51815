/**
 * A block is a stretch of one owner's history as bytes: for each entry the distance from the id before and a mark, as base-128
 * numbers. A mark is the peer's number, doubled, plus one for a received message.
 */

/**
 * A row of the table `block` that has at most 1002 bytes stays in its page (https://sqlite.org/fileformat2.html, (U-12)*64/255-23);
 * set and head take 170. Few entries make for few peers, so that the set below says something.
 */
export const BLOCK_BYTES = 820
export const BLOCK_ENTRIES = 128

export interface Entries {
  readonly ids: number[]
  readonly marks: number[]
}

export const markOf = (peer: number, isReceived: boolean): number => peer * 2 + (isReceived ? 1 : 0)
export const peerOf = (mark: number): number => Math.floor(mark / 2)
export const isReceived = (mark: number): boolean => mark % 2 === 1

/** Long enough for any block and the longest entry: 8 bytes of id, 7 of mark. */
const scratch = new Uint8Array(BLOCK_BYTES + 16)

/** Writes entries from `start` on, after one with the id `previous`: as many as fit into `room` bytes, `most` of them. */
export function encode(
  entries: Entries,
  start: number,
  previous: number,
  room = BLOCK_BYTES,
  most = BLOCK_ENTRIES,
): { bytes: Uint8Array; next: number } {
  let length = 0
  let next = start
  for (const end = Math.min(entries.ids.length, start + most); next < end; next++) {
    const id = entries.ids[next] ?? 0
    const written = writeNumber(writeNumber(length, id - previous), entries.marks[next] ?? 0)
    if (written > room) break
    length = written
    previous = id
  }
  return { bytes: scratch.slice(0, length), next }
}

export function decode(first: number, bytes: Uint8Array): Entries {
  const ids: number[] = []
  const marks: number[] = []
  let id = first
  for (let at = 0; at < bytes.length;) {
    let scale = 1
    for (;;) {
      const byte = bytes[at++] ?? 0
      id += (byte & 0x7f) * scale
      if (byte < 0x80) break
      scale *= 128
    }
    let mark = 0
    scale = 1
    for (;;) {
      const byte = bytes[at++] ?? 0
      mark += (byte & 0x7f) * scale
      if (byte < 0x80) break
      scale *= 128
    }
    ids.push(id)
    marks.push(mark)
  }
  return { ids, marks }
}

function writeNumber(at: number, value: number): number {
  while (value >= 0x80) {
    scratch[at++] = (value % 128) | 0x80
    value = Math.floor(value / 128)
  }
  scratch[at++] = value
  return at
}

/**
 * Which peers may be in a block: 768 bits, six in each of 128 characters from "@" (none) to DEL, so that SQL can test one:
 * `unicode(substr(peers, place, 1)) & bit`.
 */
export const NO_PEERS = '@'.repeat(128)

export const peerPlace = (peer: number): { readonly place: number; readonly bit: number } => ({
  place: (Math.floor(peer / 6) % 128) + 1,
  bit: 1 << (peer % 6),
})

export function withPeers(peers: string, marks: readonly number[], start: number, end: number): string {
  let codes: Buffer | undefined
  for (let index = start; index < end; index++) {
    const { place, bit } = peerPlace(peerOf(marks[index] ?? 0))
    const code = codes?.[place - 1] ?? peers.charCodeAt(place - 1)
    // Mostly the peer is in there already.
    if ((code & bit) !== 0) continue
    codes ??= Buffer.from(peers, 'latin1')
    codes[place - 1] = code | bit
  }
  return codes === undefined ? peers : codes.toString('latin1')
}
