/** One key of the configuration file: what it may be, what it is when it is not there, what it means, and an example. */
import type { Kind } from './kinds.ts'

export interface Key<T> {
  /** As in the file: `listen.client`. */
  readonly name: string
  readonly kind: Kind<T>
  /** What it is when the file does not say, as it would stand in the file; undefined when the file must say. */
  readonly otherwise: unknown
  readonly meaning: string
  /** As it would stand in the file. */
  readonly example: string
}

export const key = <T>(name: string, kind: Kind<T>, otherwise: unknown, meaning: string, example: string): Key<T> => ({
  name,
  kind,
  otherwise,
  meaning,
  example,
})
