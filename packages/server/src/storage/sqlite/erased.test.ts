import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseFile } from './database.ts'
import { temporaryStore } from './temporary-store.ts'

/** Looks at the database until nothing is left of those who are gone. */
async function isPurged(folder: string): Promise<void> {
  using database = new DatabaseSync(databaseFile(folder), { readOnly: true })
  const gone = database.prepare('SELECT count(*) AS n FROM owner WHERE localpart IS NULL')
  while (gone.get()?.['n'] !== 0) await sleep(20)
}

const LONG = 'whispered '.repeat(2000)

test('what was taken back, got too old or belonged to somebody who left is nowhere in the file any more', async () => {
  await using temporary = temporaryStore()
  const store = await temporary.open({ isSearchable: false })
  const { archive } = store
  const say = (id: string, text: string, owner: string): number =>
    archive.append(`<message xmlns='jabber:client' from='romeo@x/o' to='juliet@x' id='${id}'><body>${text}</body></message>`, [
      { owner, peer: 'y@x', direction: 'received', kept: true },
    ])
  say('old', 'whispered', 'juliet')
  await archive.committed()
  await archive.expire(Date.now() + 1000)
  for (let count = 0; count < 50; count++) say(`k${count}`, 'kept', 'juliet')
  for (const text of ['whispered', LONG]) {
    say('m', text, 'juliet')
    const at = say('r', `<retract xmlns='urn:xmpp:message-retract:1' id='m'/>`, 'juliet')
    await archive.retract({ owner: 'juliet', peer: 'y@x', author: 'romeo@x', messageId: 'm', at, called: 'r' })
  }
  for (const text of ['whispered', LONG]) say('n', text, 'romeo')
  await store.documents.set('romeo', 'vcard', '', LONG)
  await store.accounts.remove('romeo')
  await isPurged(temporary.folder)
  await temporary.open({ isSearchable: false })
  const text = (): string => readFileSync(databaseFile(temporary.folder), 'latin1')
  assert.ok(text().includes('kept') && text().includes('retracted'))
  assert.ok(!text().includes('whispered'))
})
