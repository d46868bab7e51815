/** Puts tombstones in the place of messages that were taken back (XEP-0424 §5), one retraction after the other; at start, those left over. */
import type { GroupCommit } from './group-commit.ts'
import type { HistoryReader } from './history-reader.ts'
import type { HistoryCalls, ReadCalls } from './protocol.ts'

type Next = NonNullable<ReturnType<ReadCalls['nextRetraction']>>
type Found = ReturnType<HistoryCalls['retracted']>

export interface Retracting {
  /** Settles when all that were noted before are carried out; never rejects: what failed is left for the next. */
  readonly run: () => Promise<void>
  readonly stop: () => Promise<void>
}

export function retracting(commits: GroupCommit, reader: HistoryReader): Retracting {
  // What cannot be looked for must not be in the way of the next.
  const find = (next: Next): Promise<Found> => (reader.read('retracted', [next.retraction, next.tail]) as Promise<Found>).catch(() => [])
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let isMore = false
  const carryOut = async (): Promise<void> => {
    try {
      while (!stopping.signal.aborted) {
        const next = (await commits.read('nextRetraction', [], true)) as Next | undefined
        if (!next) {
          if (!isMore) break
          isMore = false
          continue
        }
        const found = await find(next)
        await commits.write('carryOutRetraction', [next.retraction.at, found])
      }
    } catch {
      // The store is in trouble or closing; the next start or retraction goes on.
    }
    running = undefined
  }
  return {
    run() {
      isMore = true
      return (running ??= carryOut())
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
