import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AskInfo } from '@plodge/xmpp/xeps/disco.ts'
import { configures, COVEN, enters, founds, roomTown, talks } from './rooms.testing.ts'

const at = { to: COVEN }

function people() {
  const { client } = roomTown()
  return { romeo: client('romeo/orchard'), juliet: client('juliet/balcony') }
}

test('XEP-0500: a room is slow as its owner says, and says so', async () => {
  const { romeo, juliet } = people()
  await founds(romeo, { slow_mode_duration: '20' })
  await enters(juliet)
  juliet.takes()
  await talks(juliet, 'first')
  await talks(juliet, 'second')
  assert.match(juliet.takes().at(-1) ?? '', /type='error'.*type='wait'><policy-violation.*wait 20 seconds/)
  const { forms } = await juliet.asks(AskInfo, { node: undefined }, at)
  assert.deepEqual(forms[0]?.fields.find(({ name }) => name === 'muc#roominfo_slow_mode_duration')?.values, ['20'])
  await assert.rejects(configures(romeo, { slow_mode_duration: '-1' }), { condition: 'not-acceptable' })
})

test('XEP-0319: since when somebody is idle is shown to the room', async () => {
  const { romeo, juliet } = people()
  await founds(romeo)
  await enters(juliet)
  romeo.takes()
  await juliet.says(
    `<presence to='${COVEN}/juliet'><show>away</show><idle xmlns='urn:xmpp:idle:1' since='1969-07-21T02:56:15Z'/></presence>`,
  )
  assert.match(romeo.takes()[0] ?? '', /<idle xmlns='urn:xmpp:idle:1' since='1969-07-21T02:56:15Z'\/>/)
})
