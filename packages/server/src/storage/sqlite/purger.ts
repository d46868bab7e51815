/** Clears away what removed accounts owned, a little in each batch, at start and after every removal. */
import type { GroupCommit } from './group-commit.ts'

export interface Purger {
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export function purger(commits: GroupCommit): Purger {
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  const run = async (): Promise<void> => {
    try {
      while (!stopping.signal.aborted && ((await commits.write('purge', [])) as boolean));
    } catch {
      // The store is in trouble or closing; the next start or removal goes on.
    }
    running = undefined
  }
  return {
    start: () => {
      running ??= run()
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
