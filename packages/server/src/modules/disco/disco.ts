/**
 * XEP-0030: what the server is and offers, and what it says on behalf of accounts. An account is shown to its owner and to those who see
 * its presence; to others it looks as if it did not exist (§8).
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CAPS } from '@plodge/xmpp/xeps/caps.ts'
import { AskInfo, AskItems, DISCO_INFO, DISCO_ITEMS, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { type MayAsk, notToBeAsked } from '../../accounts/may-ask.ts'
import type { Host, Module } from '../../routing/host.ts'
import { andThen } from '../../routing/now.ts'
import { ServerCaps } from './caps.ts'
import { accountInfo, type Contact, serverInfo } from './server-info.ts'

export interface DiscoOptions {
  readonly mayAsk: MayAsk
  /** XEP-0157. */
  readonly contact: Contact
}

export const disco = ({ mayAsk, contact }: DiscoOptions): Module => ({
  name: 'disco',
  implements: {
    'XEP-0030': '2.5.0',
    'XEP-0115': '1.6.0',
    'XEP-0128': '1.0.1',
    'XEP-0157': '1.1.1',
    'XEP-0004': '2.13.2',
    'XEP-0068': '1.3.0',
  },
  features: [DISCO_INFO, DISCO_ITEMS, CAPS],
  accountFeatures: [DISCO_INFO, DISCO_ITEMS],
  install(host) {
    const server = once(() => serverInfo(host, contact))
    const account = once(() => accountInfo(host))
    const caps = new ServerCaps(host.domain.domain, server)
    host.streamFeatures.push(() => caps.feature)

    host.answer(AskInfo, 'server', ({ node }) => {
      // XEP-0115 §6.2: the hash's node says the same, under its name.
      if (node === undefined || node === caps.discoNode) return { ...server(), node }
      throw unknownNode()
    })
    host.answer(AskInfo, 'self', ({ node }) => (node === undefined ? account() : refuseNode()))
    host.answer(AskInfo, 'anybody', ({ node }, { owner, from }) =>
      andThen(mayAsk(owner, from), may => {
        if (!may) throw notToBeAsked()
        return node === undefined ? account() : refuseNode()
      }),
    )

    host.answer(AskItems, 'server', ({ node }) => (node === undefined ? { node, items: services(host) } : refuseNode()))
    host.answer(AskItems, 'self', ({ node }, { to }) => (node === undefined ? { node, items: devices(host, to) } : refuseNode()))
    host.answer(AskItems, 'anybody', ({ node }, { owner, from, to }) =>
      // §8: nobody and nothing look the same.
      andThen(mayAsk(owner, from), may => {
        if (!may) return { node, items: [] }
        return node === undefined ? { node, items: devices(host, to) } : refuseNode()
      }),
    )
  },
})

const services = (host: Host): { jid: string; node: undefined; name: string }[] =>
  Array.from(host.services.values(), ({ options }) => ({ jid: options.domain.full, node: undefined, name: options.identity.name }))

/** §4.1: the available devices. */
const devices = (host: Host, to: Jid): { jid: string; node: undefined; name: undefined }[] =>
  host.sessions
    .of(to)
    .filter(({ presence }) => presence !== undefined)
    .map(({ jid }) => ({ jid: jid.full, node: undefined, name: undefined }))

const unknownNode = (): StanzaError => new StanzaError('item-not-found', 'There is no such node here')
function refuseNode(): never {
  throw unknownNode()
}

function once(make: () => DiscoInfo): () => DiscoInfo {
  let made: DiscoInfo | undefined
  return () => (made ??= make())
}
