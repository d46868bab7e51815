import assert from 'node:assert/strict'
import test from 'node:test'
import { administers, COVEN, enters, founds, leaves, roomTown } from './rooms.testing.ts'

test('a room has so many people in it, and who has an office in it gets in all the same', async () => {
  const { client } = roomTown({ occupants: 2 })
  const [romeo, juliet, tybalt] = [client('romeo/orchard'), client('juliet/balcony'), client('tybalt/street')]
  await founds(romeo)
  await enters(juliet)
  await enters(tybalt)
  assert.match(tybalt.takes().join(''), new RegExp(`from='${COVEN}/tybalt'[^>]* type='error'.*<service-unavailable`))
  await administers(romeo, { jid: tybalt.jid.bare, affiliation: 'admin' })
  await enters(tybalt)
  assert.match(tybalt.takes().join(''), /code='110'/)
  await leaves(tybalt)
  await leaves(juliet)
  const paris = client('paris/palace')
  await enters(paris)
  assert.match(paris.takes().join(''), /code='110'/)
})

test('so many people are something to a room, and no more, however they would become it', async () => {
  const { client } = roomTown({ affiliations: 2 })
  const romeo = client('romeo/orchard')
  await founds(romeo)
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'member' })
  await assert.rejects(administers(romeo, { jid: 'tybalt@chat.cam.ac.uk', affiliation: 'outcast' }), { condition: 'resource-constraint' })
  await administers(romeo, { jid: 'juliet@chat.cam.ac.uk', affiliation: 'none' })
  await administers(romeo, { jid: 'tybalt@chat.cam.ac.uk', affiliation: 'outcast' })
})
