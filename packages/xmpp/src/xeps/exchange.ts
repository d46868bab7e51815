/** A question and its answer (an IQ). Declared once; the server answers it, clients and tests ask it. */
import type { Codec } from './codec.ts'

export interface Exchange<Q, A> {
  readonly type: 'get' | 'set'
  readonly request: Codec<Q>
  /** Undefined when the answer is empty. */
  readonly response: Codec<A> | undefined
}

export function get<Q, A>(request: Codec<Q>, response: Codec<A>): Exchange<Q, A>
export function get<Q>(request: Codec<Q>): Exchange<Q, void>
export function get<Q, A>(request: Codec<Q>, response?: Codec<A>): Exchange<Q, A> {
  return { type: 'get', request, response }
}

export function set<Q, A>(request: Codec<Q>, response: Codec<A>): Exchange<Q, A>
export function set<Q>(request: Codec<Q>): Exchange<Q, void>
export function set<Q, A>(request: Codec<Q>, response?: Codec<A>): Exchange<Q, A> {
  return { type: 'set', request, response }
}
