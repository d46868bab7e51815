/**
 * XEP-0030: what the server is and offers, and what it says on behalf of accounts. An account is shown to its owner and to those who see
 * its presence; to others it looks as if it did not exist (§8).
 */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CAPS } from '@plodge/xmpp/xeps/caps.ts'
import { CAPS2 } from '@plodge/xmpp/xeps/caps2.ts'
import { AskInfo, AskItems, DISCO_INFO, DISCO_ITEMS, type DiscoInfo, type DiscoItems } from '@plodge/xmpp/xeps/disco.ts'
import { type MayAsk, notToBeAsked } from '../../accounts/may-ask.ts'
import type { Call, Host, Module } from '../../routing/host.ts'
import type { DiscoNodes } from '../../routing/disco-nodes.ts'
import { type Now, andThen } from '../../routing/now.ts'
import { ServerCaps } from './caps.ts'
import { accountInfo, type DescribedSettings, serverInfo } from './server-info.ts'

export interface DiscoOptions {
  readonly mayAsk: MayAsk
  /** Those in force: another object when they have changed. */
  readonly settings: () => DescribedSettings
}

export const disco = ({ mayAsk, settings }: DiscoOptions): Module => ({
  name: 'disco',
  implements: {
    'XEP-0030': '2.5.0',
    'XEP-0115': '1.6.0',
    'XEP-0128': '1.0.1',
    'XEP-0157': '1.1.1',
    'XEP-0390': '0.3.2',
    'XEP-0504': '0.1.0',
    'XEP-0004': '2.13.2',
    'XEP-0068': '1.3.0',
  },
  features: [DISCO_INFO, DISCO_ITEMS, CAPS, CAPS2],
  accountFeatures: [DISCO_INFO, DISCO_ITEMS],
  install(host) {
    const server = latest(settings, now => serverInfo(host, now))
    const account = once(() => accountInfo(host))
    const caps = new ServerCaps(host.domain.domain, server)
    host.streamFeatures.push(() => caps.feature)

    host.answer(AskInfo, 'server', ({ node }, call) => {
      // XEP-0115 §6.2: the hash's node says the same, under its name.
      if (node === undefined || caps.names(node)) return { ...server(), node }
      return firstKnown(host, nodes => nodes.info(node, call))
    })
    host.answer(AskInfo, 'self', ({ node }, call) => (node === undefined ? account() : firstKnown(host, nodes => nodes.info(node, call))))
    host.answer(AskInfo, 'anybody', ({ node }, call) =>
      andThen(mayAsk(call.owner, call.from), async may => {
        if (node === undefined && may) return account()
        const known = node === undefined ? undefined : await ofAccounts(host, nodes => nodes.info(node, call))
        if (known) return known
        throw may ? unknownNode() : notToBeAsked()
      }),
    )

    const itemsOf = (node: string, call: Call): Now<DiscoItems> =>
      andThen(
        firstKnown(host, nodes => nodes.items(node, call)),
        items => ({ node, items }),
      )
    host.answer(AskItems, 'server', ({ node }, call) => (node === undefined ? { node, items: services(host) } : itemsOf(node, call)))
    host.answer(AskItems, 'self', ({ node }, call) => (node === undefined ? allOf(host, call) : itemsOf(node, call)))
    host.answer(AskItems, 'anybody', ({ node }, call) =>
      // §8: nobody and nothing look the same.
      andThen(mayAsk(call.owner, call.from), async may => {
        if (node === undefined) return may ? allOf(host, call) : { node, items: [] }
        const items = await ofAccounts(host, nodes => nodes.items(node, call))
        if (!items && may) throw unknownNode()
        return { node, items: items ?? [] }
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

/** The devices of an account, and its nodes. */
async function allOf(host: Host, call: Call): Promise<DiscoItems> {
  const lists = await Promise.all(host.nodes.map(async nodes => nodes.list?.(call) ?? []))
  return { node: undefined, items: [...devices(host, call.to), ...lists.flat()] }
}

/** Of those who know about nodes of other people's accounts. */
async function ofAccounts<T>(host: Host, ask: (nodes: DiscoNodes) => Now<T | undefined>): Promise<T | undefined> {
  for (const nodes of host.nodes) {
    const known = nodes.isOfAccounts ? await ask(nodes) : undefined
    if (known !== undefined) return known
  }
  return undefined
}

/** Of all who may know the node. */
async function firstKnown<T>(host: Host, ask: (nodes: DiscoNodes) => Now<T | undefined>): Promise<T> {
  for (const nodes of host.nodes) {
    const known = await ask(nodes)
    if (known !== undefined) return known
  }
  throw unknownNode()
}

const unknownNode = (): StanzaError => new StanzaError('item-not-found', 'There is no such node here')

/** As of the settings in force. */
function latest<S extends object>(settings: () => S, make: (settings: S) => DiscoInfo): () => DiscoInfo {
  let [of, made] = [undefined as S | undefined, undefined as DiscoInfo | undefined]
  return () => {
    const now = settings()
    if (made && of === now) return made
    of = now
    return (made = make(now))
  }
}

function once(make: () => DiscoInfo): () => DiscoInfo {
  let made: DiscoInfo | undefined
  return () => (made ??= make())
}
