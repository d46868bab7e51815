import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { blocking } from '../blocking/blocking.ts'
import { COVEN, enters, founds, GROUP, roomTown, talks } from './rooms.testing.ts'

async function blocked(fields: Readonly<Record<string, string>>, ...addresses: readonly string[]) {
  const parts = roomTown(
    {},
    {
      modules: ({ store, rosters, show }) => [
        blocking({ documents: store.documents, rosters, show, mostAddresses: () => 5, audit: store.audit }),
      ],
    },
  )
  const [romeo, juliet] = [parts.client('romeo/orchard'), parts.client('juliet/balcony')]
  await founds(romeo, fields)
  await enters(juliet)
  await juliet.asks(BlockAddresses, { items: addresses.map(jid => ({ jid })) })
  for (const one of [romeo, juliet]) one.takes()
  return { ...parts, romeo, juliet }
}
const whispers = `<message to='${COVEN}/juliet' type='chat' id='w'><body>psst</body></message>`

test('whoever is blocked does not whisper, and is told only that it did not arrive; in the room they are heard', async () => {
  for (const address of ['romeo@chat.cam.ac.uk', `${COVEN}/romeo`]) {
    const { romeo, juliet } = await blocked({}, address)
    await romeo.says(whispers)
    assert.deepEqual(juliet.takes(), [])
    assert.match(romeo.takes()[0] ?? '', /type='error'.*<service-unavailable/)
    await talks(romeo, 'to all')
    assert.match(juliet.takes()[0] ?? '', /to all/)
  }
})

test('where addresses are hidden, a block of somebody’s address does not tell which nickname is theirs', async () => {
  const { romeo, juliet } = await blocked({ whois: 'moderators' }, 'romeo@chat.cam.ac.uk')
  await romeo.says(whispers)
  assert.match(juliet.takes()[0] ?? '', /psst/)
})

test('an invitation of somebody who is blocked is not seen, and they are not told', async () => {
  const { romeo, juliet, settled } = await blocked({}, 'romeo@chat.cam.ac.uk')
  const room = `other@${GROUP}`
  await founds(romeo, {}, room)
  romeo.takes()
  await romeo.says(
    `<message to='${room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='juliet@chat.cam.ac.uk'/></x></message>`,
  )
  await settled()
  assert.deepEqual([juliet.takes(), romeo.takes()], [[], []])
})
