/**
 * The beginning of a connection to the proxy: the part of SOCKS version 5 (RFC 1928) that XEP-0065 uses, as a function of the bytes that came.
 * Nobody is authenticated: who knows the name of a stream, a hash of 40 digits, is one of its two ends.
 */

/** A greeting of 257 bytes and a request of 262 are the longest. */
export const LONGEST_OPENING = 519
const VERSION = 5
const CONNECT = 1
const BY_NAME = 3
const HASH = /^[0-9a-f]{40}$/

export type Opening =
  /** There must be more; what is to be answered to what is there already. */
  | { readonly kind: 'more'; readonly taken: number; readonly answer: Buffer | undefined }
  | { readonly kind: 'refused'; readonly answer: Buffer | undefined }
  /** The stream that is wanted, and how many bytes said so. */
  | { readonly kind: 'wanted'; readonly hash: string; readonly taken: number; readonly request: Buffer }

const MORE: Opening = { kind: 'more', taken: 0, answer: undefined }

/** RFC 1928 §3. */
export function readGreeting(bytes: Buffer): Opening {
  const [version, count] = bytes
  if (version !== undefined && version !== VERSION) return { kind: 'refused', answer: undefined }
  if (count === undefined || bytes.length < 2 + count) return MORE
  const isOpen = bytes.subarray(2, 2 + count).includes(0)
  if (!isOpen) return { kind: 'refused', answer: Buffer.from([VERSION, 0xff]) }
  return { kind: 'more', taken: 2 + count, answer: Buffer.from([VERSION, 0]) }
}

const COMMAND_NOT_SUPPORTED = 7
const ADDRESS_NOT_SUPPORTED = 8
export const NOT_ALLOWED = 2

/** RFC 1928 §4; XEP-0065 § Target Establishes SOCKS5 Connection with Proxy. */
export function readRequest(bytes: Buffer): Opening {
  const [version, command, , kind, length] = bytes
  if (version !== undefined && version !== VERSION) return { kind: 'refused', answer: undefined }
  if (command !== undefined && command !== CONNECT) return { kind: 'refused', answer: failure(COMMAND_NOT_SUPPORTED) }
  if (kind !== undefined && kind !== BY_NAME) return { kind: 'refused', answer: failure(ADDRESS_NOT_SUPPORTED) }
  if (length === undefined || bytes.length < 7 + length) return MORE
  const hash = bytes.toString('latin1', 5, 5 + length).toLowerCase()
  if (!HASH.test(hash)) return { kind: 'refused', answer: failure(NOT_ALLOWED) }
  const taken = 7 + length
  return { kind: 'wanted', hash, taken, request: bytes.subarray(0, taken) }
}

/** The address that was asked for is said again, as XEP-0065 wants it. */
export function success(request: Buffer): Buffer {
  const answer = Buffer.from(request)
  answer[1] = 0
  answer[2] = 0
  return answer
}

export const failure = (reason: number): Buffer => Buffer.from([VERSION, reason, 0, 1, 0, 0, 0, 0, 0, 0])
