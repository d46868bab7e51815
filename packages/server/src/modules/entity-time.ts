/** XEP-0202: what time it is here. Servers live in UTC. */
import { writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { AskTime, TIME } from '@plodge/xmpp/xeps/entity-time.ts'
import type { Module } from '../routing/host.ts'

export const entityTime = (): Module => ({
  name: 'entity-time',
  implements: { 'XEP-0202': '2.0', 'XEP-0082': '1.1.1' },
  features: [TIME],
  install(host) {
    host.answer(AskTime, 'server', () => ({ tzo: '+00:00', utc: writeDateTime(host.clock()) }))
  },
})
