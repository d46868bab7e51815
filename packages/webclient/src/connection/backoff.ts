/** How long to wait before the line is tried again: longer each time, and never all browsers at once when a server comes back. */

const FIRST_MS = 500
const MOST_MS = 30_000

/** `attempt` counts from 0; `random` is in [0, 1). */
export const delayBefore = (attempt: number, random: number): number =>
  Math.round((0.5 + random / 2) * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16)))
