/** XEP-0163: every account is a service of publish-subscribe, for its owner to publish and for contacts to follow. */
import type { Account, Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskPubsub, PUBSUB, pubsubFeature, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { AskPubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import type { Rosters } from '../../accounts/rosters.ts'
import { askOwner, askPubsub, setOwner, setPubsub } from '../../pubsub/answer.ts'
import { answerAuthorization } from '../../pubsub/approve.ts'
import { FEATURES, PERSONAL_FEATURES } from '../../pubsub/features.ts'
import { nodeInfo, nodeItems, nodeList } from '../../pubsub/metadata.ts'
import type { NodeLimits, Place } from '../../pubsub/place.ts'
import type { OwnNodes } from '../../pubsub/own-nodes.ts'
import type { Shelves } from '../../pubsub/shelves.ts'
import type { Call, Host, Module } from '../../routing/host.ts'
import { andThen } from '../../routing/now.ts'
import { afterAnswer } from './after-answer.ts'
import { getPending } from './get-pending.ts'
import { Interests } from './interests.ts'
import { formMessage } from './message.ts'
import { Newcomers } from './newcomers.ts'
import { PersonalNotices, relationIn } from './personal-notices.ts'
import { purgeOffline } from './purge-offline.ts'

/** What clients make of it, and what needs no more of a server: payloads.test.ts. */
const USES = {
  'XEP-0080': '1.10.0',
  'XEP-0107': '1.2.2',
  'XEP-0108': '1.3',
  'XEP-0118': '1.3.0',
  'XEP-0172': '1.1',
  'XEP-0292': '0.12.0',
  'XEP-0384': '0.9.1',
  'XEP-0490': '1.0.1',
} as const

export interface PersonalOptions {
  readonly shelves: Shelves
  readonly rosters: Rosters
  /** For what others make of people's nodes. */
  readonly nodes: OwnNodes
  readonly limits: () => NodeLimits
}

export interface PersonalEventing extends Module {
  /** Somebody may see the presence of the account now, and did not before. */
  readonly shown: (owner: Account, to: Jid) => void
}

export function personalEventing(options: PersonalOptions): PersonalEventing {
  let shown = (_owner: Account, _to: Jid): void => {}
  return {
    name: 'personal-eventing',
    implements: { 'XEP-0060': '1.30.0', 'XEP-0163': '1.2.2', 'XEP-0222': '1.0', 'XEP-0223': '1.1.1', 'XEP-0390': '0.3.2', ...USES },
    accountFeatures: [PUBSUB, ...[...FEATURES, ...PERSONAL_FEATURES].map(pubsubFeature)],
    accountIdentities: [{ category: 'pubsub', type: 'pep', name: undefined, lang: undefined }],
    install(host) {
      shown = install(host, options)
    },
    shown: (owner, to) => shown(owner, to),
  }
}

/** A form that answers nothing, or nothing that waits any more, is a message like any other. */
async function answered(place: Place, who: Jid, message: Stanza): Promise<void> {
  try {
    const form = message.get(DataForm)
    if (form) await answerAuthorization(place, who, form)
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
  }
}

function install(host: Host, { shelves, rosters, nodes, limits }: PersonalOptions): (owner: Account, to: Jid) => void {
  const interests = new Interests(host, (session, nodes) => newcomers.came(session, nodes))
  const notices = new PersonalNotices(host, rosters, interests)
  const placeOf = (address: Account): Place => {
    const place: Place = {
      kind: 'account',
      owner: address.local,
      address,
      shelves,
      limits,
      clock: host.clock,
      mayCreate: who => who.bare === address.bare,
      relation: bare => andThen(rosters.of(address.local), roster => relationIn(roster, bare)),
      tell: (node, event, more) => notices.tell(place, node, event, more),
      tellOne: (node, event, to, more) => notices.tellOne(place, node, event, to, more),
      changed: node => nodes.changed(address, node),
      sendForm: (to, form) => host.background(host.route(formMessage(place, form).with({ to })), 'a form for an owner'),
    }
    return place
  }
  nodes.placeOf = placeOf
  purgeOffline(host, placeOf)
  const newcomers = new Newcomers({ host, rosters, placeOf })
  host.commands.register(getPending(({ session }) => session && placeOf(session.account)))
  const at = ['self', 'account'] as const
  const place = ({ to, from }: Call): Place => placeOf(to.local === '' ? from.account : to.account)
  host.answer(AskPubsub, at, (question, call) => askPubsub(place(call), call.from, question))
  host.answer(SetPubsub, at, (question, call) => setPubsub(place(call), call.from, question, afterAnswer(host, call)))
  host.answer(AskPubsubOwner, at, (question, call) => askOwner(place(call), call.from, question))
  host.answer(SetPubsubOwner, at, (question, call) => setOwner(place(call), call.from, question))
  host.nodes.push({
    isOfAccounts: true,
    info: (node, call) => (call.owner === '' ? undefined : nodeInfo(place(call), node, call.from)),
    items: (node, call) => (call.owner === '' ? undefined : nodeItems(place(call), node, call.from)),
    list: call => (call.owner === '' ? [] : nodeList(place(call), call.from)),
  })
  // §8.6: an owner answers by a message to the own account.
  host.messages.observe.push((message, { from, sender, recipient }) => {
    if (sender === undefined || sender.bare !== recipient?.bare || !message.has(DataForm) || message.type === 'error') return
    host.background(answered(placeOf(sender), from, message), 'an answer to a subscription')
  })
  return (owner, to) => newcomers.shown(owner, to, interests)
}
