/** What the main thread and the storage threads say to each other. */
import type { ReadCalls, WriteCalls } from './writer/calls.ts'
import type { HistoryCalls } from './reader/history.ts'

export type { HistoryCalls, ReadCalls, WriteCalls }

/** Bits of a row's `sides`: as in the table `message`, and whether there is a second side. */
export const A_RECEIVED = 1
export const A_KEEPS = 2
export const B_RECEIVED = 4
export const B_KEEPS = 8
export const HAS_B = 16

/** Messages of one batch, packed: copying one long string between threads costs far less than copying many small things. */
export interface Rows {
  readonly count: number
  /** For each row its id and its sides. */
  readonly numbers: readonly number[]
  /** For each row owner, peer, perhaps the second owner and peer, and the stanza, each followed by NUL (which XML cannot hold). */
  readonly text: string
}

export interface Call {
  readonly name: string
  readonly args: readonly unknown[]
}

/** A write between rows: after the first `after` of them. */
export interface WriteCall extends Call {
  readonly after: number
}

export type ToWriter =
  /** One transaction; then, whether it succeeded or not, some reads that had to see it. */
  | { readonly kind: 'batch'; readonly rows: Rows; readonly writes: readonly WriteCall[]; readonly reads: readonly Call[] }
  | { readonly kind: 'reads'; readonly reads: readonly Call[] }
  | { readonly kind: 'close' }

export type Answer = { readonly value: unknown } | { readonly error: string }

export type FromWriter =
  | { readonly kind: 'ready'; readonly lastId: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'committed'; readonly writes: readonly Answer[]; readonly reads: readonly Answer[] }
  | { readonly kind: 'failed'; readonly why: string; readonly reads: readonly Answer[] }
  | { readonly kind: 'answers'; readonly reads: readonly Answer[] }

export type ToReader = Exclude<ToWriter, { readonly kind: 'batch' }>
export type FromReader = { readonly kind: 'answers'; readonly reads: readonly Answer[] }

/** Told to the writer at its start. */
export interface WriterOptions {
  readonly file: string
  readonly tailRows: number
  /** Whether there is an index of words. */
  readonly isSearchable: boolean
  /** Tests make the database full with it. */
  readonly pagesAtMost: number | undefined
}
