/** How somebody is subscribed: asked and changed (XEP-0060 §6.3), and what it is by default (§6.4). */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { type Pubsub, pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { known } from './access.ts'
import { put } from './subscribe.ts'
import type { Place } from './place.ts'
import { meant } from './subscriber.ts'
import { optionsForm, optionsFrom, USUAL_OPTIONS } from './subscription-form.ts'

export async function askOptions(place: Place, who: Jid, { options: wish }: Pubsub): Promise<Pubsub> {
  const node = await known(place, wish?.node)
  if (!wish) throw new StanzaError('bad-request', 'The options of what?')
  const { jid, subid, options } = meant(place, node, wish, who)
  return pubsub({ options: { node: node.name, jid, subid, form: optionsForm(options) } })
}

export async function setOptions(place: Place, who: Jid, { options: wish }: Pubsub): Promise<undefined> {
  const node = await known(place, wish?.node)
  if (!wish?.form) throw new StanzaError('bad-request', 'The form of the options is missing')
  if (wish.form.kind === 'cancel') return
  const subscription = meant(place, node, wish, who)
  await put(place, node, { ...subscription, options: optionsFrom(subscription.options, wish.form, place.clock()) })
}

export async function defaultOptions(place: Place, { default: wish }: Pubsub): Promise<Pubsub> {
  if (wish?.node !== undefined) await known(place, wish.node)
  return pubsub({ default: { node: wish?.node, type: undefined, form: optionsForm(USUAL_OPTIONS) } })
}
