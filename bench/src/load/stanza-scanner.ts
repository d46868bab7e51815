/** Finds where the children of a stream end, byte by byte, however the bytes are cut into chunks. It begins after the header and checks nothing. */

const lessThan = 0x3c
const greaterThan = 0x3e
const slash = 0x2f
const apostrophe = 0x27
const quotation = 0x22

/** Where in the markup the next byte lies; numbers because this loop is most of what the load generator itself computes. */
const text = 0
const opened = 1
const startTag = 2
const endTag = 3
const single = 4
const double = 5

/** Called at the end of every child of the stream: the first byte of its name, and the offset just past it in the chunk. */
export type StanzaEnd = (firstByte: number, end: number) => void

export class StanzaScanner {
  #place: number = text
  #depth = 0
  #previous = 0
  #firstByte = 0

  scan(chunk: Uint8Array, onEnd: StanzaEnd): void {
    let place = this.#place
    let depth = this.#depth
    let previous = this.#previous
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (place === text) {
        if (byte === lessThan) place = opened
      } else if (place === startTag) {
        if (byte === greaterThan) {
          place = text
          if (previous !== slash) depth++
          else if (depth === 0) onEnd(this.#firstByte, at + 1)
        } else if (byte === apostrophe) place = single
        else if (byte === quotation) place = double
      } else if (place === single) {
        if (byte === apostrophe) place = startTag
      } else if (place === double) {
        if (byte === quotation) place = startTag
      } else if (place === endTag) {
        if (byte === greaterThan) {
          place = text
          if (--depth === 0) onEnd(this.#firstByte, at + 1)
        }
      } else {
        place = byte === slash ? endTag : startTag
        if (depth === 0 && place === startTag) this.#firstByte = byte
      }
      previous = byte
    }
    this.#place = place
    this.#depth = depth
    this.#previous = previous
  }
}
