/** Forgets what was said in rooms longer ago than their owners, or the institution for its rooms, want it kept. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { readSettings } from '../../rooms/settings.ts'
import type { Archive, Rooms } from '../../storage/repositories.ts'
import type { Directory } from './directory.ts'

const DAY_MS = 86_400_000
const PAGE = 100

interface Expiring {
  readonly domain: string
  readonly store: Pick<Rooms, 'list'>
  readonly archive: Pick<Archive, 'expire'>
  readonly directory: Directory
  readonly now: number
  /** In days, of rooms whose owners say nothing; undefined for ever. */
  readonly usual: number | undefined
}

/** Settles when it is done with every room. What the institution keeps shorter than rooms do is gone already. */
export async function expireRooms({ domain, store, archive, directory, now, usual }: Expiring): Promise<void> {
  let after: string | undefined
  do {
    const { rooms } = await store.list({ person: undefined, after, max: PAGE })
    for (const { name, settings } of rooms) {
      const address = Jid.of(name, domain)
      const days = readSettings(settings).keepDays || usual
      if (!address || days === undefined || days === Infinity) continue
      const before = now - days * DAY_MS
      await archive.expire(before, address.bare)
      const room = directory.inMemory(address)?.room
      if (room) room.history = room.history.filter(({ at }) => at >= before)
    }
    after = rooms.length < PAGE ? undefined : rooms.at(-1)?.name
  } while (after !== undefined)
}
