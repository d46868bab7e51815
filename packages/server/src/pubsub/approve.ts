/** Where an owner has to agree to a subscription: asked by a message with a form, and answered by one (XEP-0060 §8.6). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { type DataForm, formField, formType, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubEvent } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { owned } from './access.ts'
import { affiliationOf, type Node, recordOf, type Subscription } from './node.ts'
import type { Place } from './place.ts'
import { withoutSubscription, withSubscription } from './subscriber.ts'
import { tellLast } from './telling.ts'

export const AUTHORIZATION = `${PUBSUB}#subscribe_authorization`

/** Bare addresses. */
export function ownersOf(place: Place, node: Node): readonly string[] {
  if (place.kind === 'account') return [place.address.bare]
  const named = [...node.affiliations].filter(([, affiliation]) => affiliation === 'owner').map(([bare]) => bare)
  return affiliationOf(node, node.creator) === 'owner' ? [...new Set([node.creator, ...named])] : named
}

export const authorizationForm = (node: string, subid: string, jid: string): DataForm =>
  namedForm(
    'form',
    AUTHORIZATION,
    [
      formField('pubsub#subid', { type: 'hidden', values: [subid] }),
      formField('pubsub#node', { type: 'text-single', label: 'Node', values: [node] }),
      formField('pubsub#subscriber_jid', { type: 'jid-single', label: 'Who wants to subscribe', values: [jid] }),
      formField('pubsub#allow', { type: 'boolean', label: 'Allow it?', values: ['false'] }),
    ],
    { title: 'A subscription', instructions: ['Somebody wants to subscribe to a node of yours.'] },
  )

export function askOwners(place: Place, node: Node, { subid, jid }: Subscription): void {
  for (const owner of addresses(ownersOf(place, node))) place.sendForm(owner, authorizationForm(node.name, subid, jid))
}

/** An answer to such a form; false when it is about something else. Throws StanzaError to refuse. */
export async function answerAuthorization(place: Place, who: Jid, form: DataForm): Promise<boolean> {
  if (formType(form) !== AUTHORIZATION || form.kind !== 'submit') return false
  const answers = answersTo(authorizationForm('', '', ''), form)
  const value = (name: string): string | undefined => answers.get(`pubsub#${name}`)?.[0]
  const node = await owned(place, value('node'), who)
  const subid = value('subid')
  const jid = value('subscriber_jid')
  const found = node.subscriptions.find(one => one.state === 'pending' && (one.subid === subid || (subid === undefined && one.jid === jid)))
  if (!found) throw new StanzaError('item-not-found', 'Nobody waits for that any more')
  await decide(place, node, found, value('allow') === 'true')
  return true
}

/** The subscriber hears of it (§8.6.1). */
export async function decide(place: Place, node: Node, subscription: Subscription, isAllowed: boolean): Promise<void> {
  const { subid } = subscription
  const { owner, shelves } = place
  const agreed: Subscription = { ...subscription, state: 'subscribed' }
  if (isAllowed)
    await shelves.change(owner, withSubscription(node, agreed), nodes => nodes.putSubscription(owner, node.name, recordOf(agreed)))
  else await shelves.change(owner, withoutSubscription(node, subscription), nodes => nodes.removeSubscription(owner, node.name, subid))
  const to = Jid.parse(subscription.jid)
  if (!to) return
  place.tellOne(node, eventFor(node, subscription, isAllowed ? 'subscribed' : 'none'), to)
  if (isAllowed && node.config.sendLast !== 'never') await tellLast(place, node, to)
}

const eventFor = ({ name }: Node, { jid, subid }: Subscription, state: string) =>
  pubsubEvent({ subscription: { node: name, jid, subscription: state, subid, expiry: undefined } })

/** That somebody came or went (`pubsub#notify_sub`). */
export function tellOwners(place: Place, node: Node, subscription: Subscription, state: 'subscribed' | 'none'): void {
  for (const owner of addresses(ownersOf(place, node))) place.tellOne(node, eventFor(node, subscription, state), owner)
}

const addresses = (bares: readonly string[]): readonly Jid[] => bares.flatMap(bare => Jid.parse(bare) ?? [])
