import assert from 'node:assert/strict'
import test from 'node:test'
import { Ping } from '@plodge/xmpp/xeps/ping.ts'
import { town } from '@plodge/testkit/town.ts'
import { mayAsk } from '../accounts/may-ask.ts'
import { ping } from './ping.ts'

const here = (): ReturnType<typeof town> => town({ modules: ({ host, rosters }) => [ping({ mayAsk: mayAsk(host.people, rosters) })] })

test('the server answers a ping for itself and for the account that asks', async () => {
  const romeo = here().client('romeo/orchard')
  await romeo.asks(Ping, {}, { to: 'chat.cam.ac.uk' })
  await romeo.asks(Ping, {})
  await romeo.asks(Ping, {}, { to: 'romeo@chat.cam.ac.uk' })
})

test('a ping tells a friend that there is an account, and tells a stranger nothing', async () => {
  const { client, befriend } = here()
  await befriend('romeo', 'juliet')
  const romeo = client('romeo/orchard')
  await romeo.asks(Ping, {}, { to: 'juliet@chat.cam.ac.uk' })
  const refusals: string[] = []
  for (const to of ['tybalt@chat.cam.ac.uk', 'nobody@chat.cam.ac.uk']) {
    await assert.rejects(romeo.asks(Ping, {}, { to }), (error: Error & { condition: string }) => {
      refusals.push(`${error.condition}: ${error.message}`)
      return true
    })
  }
  assert.deepEqual(refusals[0], refusals[1])
})

test('a ping to a device reaches the device, and its answer comes back', async () => {
  const { client } = here()
  const romeo = client('romeo/orchard')
  const juliet = client('juliet/balcony')
  await romeo.says(`<iq to='juliet@chat.cam.ac.uk/balcony' type='get' id='e2e1'><ping xmlns='urn:xmpp:ping'/></iq>`)
  assert.deepEqual(juliet.takes(), [
    `<iq to='juliet@chat.cam.ac.uk/balcony' from='romeo@chat.cam.ac.uk/orchard' type='get' id='e2e1'><ping xmlns='urn:xmpp:ping'/></iq>`,
  ])
  await juliet.says(`<iq to='romeo@chat.cam.ac.uk/orchard' type='result' id='e2e1'/>`)
  assert.deepEqual(romeo.takes(), [`<iq to='romeo@chat.cam.ac.uk/orchard' from='juliet@chat.cam.ac.uk/balcony' type='result' id='e2e1'/>`])
})
