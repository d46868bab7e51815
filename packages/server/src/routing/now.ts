/** A value that is usually there at once. What stays synchronous keeps a stanza's way short; a promise pauses the sender's stream. */
export type Now<T> = T | Promise<T>

export const isPending = (value: unknown): value is Promise<unknown> => value instanceof Promise

/** Goes on at once when the value is there, later when it is not. */
export function andThen<T, R>(value: Now<T>, step: (value: T) => Now<R>): Now<R> {
  return value instanceof Promise ? value.then(step) : step(value)
}
