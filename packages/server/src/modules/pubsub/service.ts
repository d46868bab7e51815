/** XEP-0060 at a domain of its own: nodes that people make for others to follow, whoever sees whose presence. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems, DISCO_INFO, DISCO_ITEMS } from '@plodge/xmpp/xeps/disco.ts'
import { COMMANDS, Execute } from '@plodge/xmpp/xeps/commands.ts'
import { PING } from '@plodge/xmpp/xeps/ping.ts'
import { AskPubsub, PUBSUB, pubsubFeature, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { AskPubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { askOwner, askPubsub, setOwner, setPubsub } from '../../pubsub/answer.ts'
import { answerAuthorization } from '../../pubsub/approve.ts'
import { FEATURES } from '../../pubsub/features.ts'
import { nodeInfo, nodeItems, nodeList } from '../../pubsub/metadata.ts'
import type { NodeLimits, Place } from '../../pubsub/place.ts'
import type { Shelves } from '../../pubsub/shelves.ts'
import type { Host, Module } from '../../routing/host.ts'
import { Commands } from '../../routing/commands.ts'
import { afterAnswer } from './after-answer.ts'
import { getPending } from './get-pending.ts'
import { formMessage } from './message.ts'
import { ServiceNotices } from './service-notices.ts'

export interface PubsubServiceOptions {
  readonly domain: Account
  readonly shelves: Shelves
  readonly limits: () => NodeLimits
}

const IDENTITY = { category: 'pubsub', type: 'service', name: 'Publish-subscribe' } as const

/** XEP-0050 §3.1. */
const COMMAND_LIST = {
  node: COMMANDS,
  identities: [{ category: 'automation', type: 'command-list', name: 'Commands', lang: undefined }],
  features: [COMMANDS],
  forms: [],
}

export const pubsubService = (options: PubsubServiceOptions): Module => ({
  name: 'pubsub-service',
  implements: { 'XEP-0060': '1.30.0' },
  install(host) {
    const features = [PUBSUB, COMMANDS, ...FEATURES.map(pubsubFeature)]
    const service = host.serve({ domain: options.domain, identity: IDENTITY, features })
    const place = placeOf(host, options)
    const commands = new Commands()
    commands.register(getPending(() => place))
    service.answer(Execute, (asked, call) => host.execute(commands, asked, call))
    service.answer(AskPubsub, (question, call) => askPubsub(place, call.from, question))
    service.answer(SetPubsub, (question, call) => setPubsub(place, call.from, question, afterAnswer(host, call)))
    service.answer(AskPubsubOwner, (question, call) => askOwner(place, call.from, question))
    service.answer(SetPubsubOwner, (question, call) => setOwner(place, call.from, question))
    service.answer(AskInfo, async ({ node }, { to, from }) => {
      if (to.local !== '') throw unknown()
      if (node === undefined) {
        const all = [...new Set([DISCO_INFO, DISCO_ITEMS, PING, ...features])].sort()
        return { node, identities: [{ ...IDENTITY, lang: undefined }], features: all, forms: [] }
      }
      if (node === COMMANDS) return COMMAND_LIST
      const info = await nodeInfo(place, node, from)
      if (!info) throw unknown()
      return info
    })
    service.answer(AskItems, async ({ node }, { to, from }) => {
      if (node === COMMANDS && to.local === '')
        return { node, items: commands.for('person').map(offered => ({ jid: to.full, node: offered.node, name: offered.title })) }
      const items = to.local !== '' ? undefined : await (node === undefined ? nodeList(place, from) : nodeItems(place, node, from))
      if (!items) throw unknown()
      return { node, items }
    })
    service.onMessage = async message => {
      const { from } = message
      const form = message.type === 'error' ? undefined : message.get(DataForm)
      if (!from || message.type === 'error') return
      if (!form || !(await answerAuthorization(place, from, form)))
        throw new StanzaError('service-unavailable', 'This service takes no messages but answers to its forms')
    }
  },
})

const unknown = (): StanzaError => new StanzaError('item-not-found', 'There is nothing of that name here')

function placeOf(host: Host, { domain, shelves, limits }: PubsubServiceOptions): Place {
  const notices = new ServiceNotices(host)
  const place: Place = {
    kind: 'service',
    owner: `@${domain.domain}`,
    address: domain,
    shelves,
    limits,
    clock: host.clock,
    mayCreate: who => who.local !== '' && host.isLocal(who),
    relation: () => ({ seesPresence: false, groups: [] }),
    tell: (node, event, more) => notices.tell(place, node, event, more),
    tellOne: (node, event, to, more) => notices.tellOne(place, node, event, to, more),
    changed: () => undefined,
    sendForm: (to, form) => host.background(host.route(formMessage(place, form).with({ to })), 'a form for an owner'),
  }
  return place
}
