/** What is missing here is skipped with the reason; in CI it is a failure, so that nothing goes untested unseen. */

export function unless(missing: string | undefined): string | false {
  if (missing === undefined) return false
  if (process.env['CI'] !== undefined) throw new Error(`${missing}; in CI nothing may be skipped`)
  return missing
}
