/** XEP-0199: whether we are there. For an account the server answers (§4.2, §4.4), to those who may know that it exists. */
import { PING, Ping } from '@plodge/xmpp/xeps/ping.ts'
import { type MayAsk, notToBeAsked } from '../accounts/may-ask.ts'
import type { Module } from '../routing/host.ts'
import { andThen } from '../routing/now.ts'

export const ping = ({ mayAsk }: { readonly mayAsk: MayAsk }): Module => ({
  name: 'ping',
  implements: { 'XEP-0199': '2.0.1' },
  features: [PING],
  accountFeatures: [PING],
  install(host) {
    host.answer(Ping, ['server', 'self'], () => {})
    host.answer(Ping, 'anybody', (_, { owner, from }) =>
      andThen(mayAsk(owner, from), may => {
        if (!may) throw notToBeAsked()
      }),
    )
  },
})
