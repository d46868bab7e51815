/** XEP-0352: says in the stream features that clients may tell whether somebody looks at them. What follows is in streams/backlog.ts. */
import { ClientState } from '@plodge/xmpp/xeps/client-state.ts'
import type { Module } from '../routing/host.ts'

export const clientState = (): Module => ({
  name: 'client-state',
  implements: { 'XEP-0352': '1.0.0' },
  install(host) {
    host.streamFeatures.push(ClientState.write({}).toString())
  },
})
