/** RFC 3921 §3: clients of before 2011 ask for a session after binding, and go no further without an answer. There is nothing to do. */
import { element } from '@plodge/xmpp/xeps/codec.ts'
import { set } from '@plodge/xmpp/xeps/exchange.ts'
import type { Module } from '../routing/host.ts'

const NS = 'urn:ietf:params:xml:ns:xmpp-session'
const EstablishSession = set(element(NS, 'session'))

export const legacySession = (): Module => ({
  name: 'legacy-session',
  implements: {},
  install(host) {
    host.streamFeatures.push(`<session xmlns='${NS}'><optional/></session>`)
    host.answer(EstablishSession, ['server', 'self'], () => {})
  },
})
