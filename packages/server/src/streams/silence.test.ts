import assert from 'node:assert/strict'
import test from 'node:test'
import { here } from './server.testing.ts'

test('who says nothing for long is asked, and cut off when there is no answer; one who answers stays', async t => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  await using server = await here({ limits: { idleSeconds: 300 } })
  const [quiet, gone] = [await server.login('orchard'), await server.login('balcony', 'juliet')]
  t.mock.timers.setTime(Date.now() + 301_000)
  const ping = /<iq [^>]*id='([^']+)'[^>]*><ping xmlns='urn:xmpp:ping'\/>/
  const [, id] = ping.exec(await quiet.hears(ping)) ?? []
  await gone.hears(ping)
  await quiet.asks(`<iq type='result' id='${id}' to='chat.cam.ac.uk'/><iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='p'`)
  t.mock.timers.setTime(Date.now() + 61_000)
  assert.match(await gone.goes(), /<connection-timeout/)
  await quiet.asks(`<iq type='get' id='q'><ping xmlns='urn:xmpp:ping'/></iq>`, `id='q'`)
})
