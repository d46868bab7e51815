/** Fills Plodge's archive through its own store, which takes a minute less than a million messages sent. */

import { join } from 'node:path'
import { chatTemplate } from '../load/chat-template.ts'
import { domain, nameOf } from '../people.ts'

/** Messages between two commits, so that what waits in memory stays small. */
const batch = 2000

/** Half as many messages as entries, in turn among the pairs: each is kept by its sender and by its recipient. */
export async function fillArchive(folder: string, entries: number, talkers: number): Promise<void> {
  const { openSqliteStore } = await import('@plodge/server/storage/sqlite/store.ts')
  const store = await openSqliteStore({ folder })
  for (let message = 0; message < entries / 2; message++) {
    const sender = nameOf(message % talkers)
    const recipient = nameOf((message % talkers) ^ 1)
    const [from, to] = [`${sender}@${domain}`, `${recipient}@${domain}`]
    store.archive.append(chatTemplate(to).replace('<message ', `<message from='${from}/bench' `), [
      { owner: sender, peer: to, direction: 'sent', kept: true },
      { owner: recipient, peer: from, direction: 'received', kept: true },
    ])
    if (message % batch === 0) await store.archive.committed()
  }
  await store.archive.committed()
  await store.close()
  await indexWords(folder)
}

/** What the server does a second after every message, for all of them. */
async function indexWords(folder: string): Promise<void> {
  const [{ openForWriting }, { WordIndex }] = await Promise.all([
    import('@plodge/server/storage/sqlite/database.ts'),
    import('@plodge/server/storage/sqlite/writer/word-index.ts'),
  ])
  const database = openForWriting(join(folder, 'plodge.db'))
  const words = new WordIndex(database)
  while (words.step());
  database.close()
}
