/** The archive as the rest of the server sees it: ids given at once, history read behind what was written before. */
import { StorageError, type Archive, type ArchiveEntry, type ArchiveId } from '../repositories.ts'
import type { GroupCommit } from './group-commit.ts'
import type { HistoryReader } from './history-reader.ts'
import type { Retracting } from './retracting.ts'
import type { HistoryCalls, ReadCalls, WriteCalls } from './protocol.ts'

type Standing = ReturnType<ReadCalls['standing']>

export interface ArchiveParts {
  readonly commits: GroupCommit
  readonly reader: HistoryReader
  readonly tombstones: Retracting
  readonly lastId: ArchiveId
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function archive({ commits, reader, tombstones, lastId, now }: ArchiveParts): Archive {
  let last = lastId

  // Behind everything appended before. A failed commit is no reason not to show what there is.
  const standing = (owner: string, peer?: string): Promise<Standing> => commits.read('standing', [owner, peer], true) as Promise<Standing>
  const ask = <Name extends keyof HistoryCalls>(name: Name, ...args: Parameters<HistoryCalls[Name]>) =>
    reader.read(name, args) as Promise<ReturnType<HistoryCalls[Name]>>

  return {
    append(stanza, entries) {
      const [a, b] = sides(entries)
      if (stanza.includes('\0')) throw new StorageError('A stanza with a NUL cannot be stored.')
      const id = Math.max(last + 1, now() * 1000)
      if (a !== undefined) commits.append(id, stanza, a, b)
      last = id
      return id
    },
    committed: () => commits.committed(),
    async page(query) {
      return ask('page', query, await standing(query.owner, query.peer))
    },
    async bounds(owner) {
      const known = await standing(owner)
      return known === undefined ? undefined : ask('bounds', known)
    },
    async undelivered(owner, after, limit) {
      const known = await standing(owner)
      return known === undefined ? [] : ask('undelivered', known, after, limit)
    },
    async find(ids) {
      await commits.committed()?.catch(() => {})
      return ask('find', ids)
    },
    async retract(retraction) {
      await commits.write('noteRetraction', [retraction])
      await tombstones.run()
    },
    rewrite: (owner, id, stanza) => commits.write('rewriteMessage', [owner, id, stanza]) as Promise<void>,
    restore(owner, messages) {
      // Whatever is appended from now on comes after all that is restored.
      last = Math.max(last, now() * 1000)
      return commits.write('restoreMessages', [owner, messages, last]) as Promise<number>
    },
    deliveryMark: owner => commits.read('deliveryMark', [owner]) as Promise<ArchiveId>,
    setDeliveryMarks: marks => commits.write('raiseMarks', [marks]) as Promise<void>,
    expire: (before, owner) => (owner === undefined ? expire(commits, before * 1000) : expireOf(commits, owner, before * 1000)),
  }
}

/** What is sent and not kept is nothing to store; what one sends to oneself is one entry, received. */
function sides(entries: readonly ArchiveEntry[]): readonly ArchiveEntry[] {
  if (entries.length === 2 && entries[0]?.owner === entries[1]?.owner) {
    const [a, b] = entries
    return a === undefined ? [] : [{ ...a, direction: 'received', kept: a.kept || b?.kept === true }]
  }
  if (entries.length > 2) throw new StorageError(`A message has two sides at most, not ${entries.length}.`)
  return entries.every(isStored) ? entries : entries.filter(isStored)
}

const isStored = ({ direction, kept }: ArchiveEntry): boolean => kept || direction === 'received'

async function expire(commits: GroupCommit, below: ArchiveId): Promise<number> {
  let removed = 0
  let owner: number | undefined = 0
  for (;;) {
    const step = (await commits.write('expire', [below, owner])) as ReturnType<WriteCalls['expire']>
    removed += step.removed
    owner = step.owner
    if (step.isDone) return removed
  }
}

async function expireOf(commits: GroupCommit, owner: string, below: ArchiveId): Promise<number> {
  let removed = 0
  for (;;) {
    const step = (await commits.write('expireOf', [owner, below])) as ReturnType<WriteCalls['expireOf']>
    removed += step.removed
    if (step.isDone) return removed
  }
}
