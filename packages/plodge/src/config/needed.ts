/** Keys that must be there because another is. */

/** Throws in words. `name` is within [web]. */
export function needed<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`[web] listen is set, and so ${name} is needed there too: docs/configuration.md`)
  return value
}
