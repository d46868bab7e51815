/** Which use case of XEP-0060 a question is. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { Pubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import type { PubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { askConfig, askDefault, configure } from './configure.ts'
import { create } from './create.ts'
import { deleteNode } from './delete.ts'
import { items } from './items.ts'
import { askOptions, defaultOptions, setOptions } from './options.ts'
import { ownAffiliations, ownSubscriptions } from './own.ts'
import { askAffiliations, askSubscriptions, setAffiliations, setSubscriptions } from './people.ts'
import type { Place } from './place.ts'
import { publish } from './publish.ts'
import { purge, retract } from './retract.ts'
import { type After, subscribe, unsubscribe } from './subscribe.ts'

type Answer<T> = Promise<T | undefined> | T | undefined

export function askPubsub(place: Place, who: Jid, question: Pubsub): Answer<Pubsub> {
  if (question.items) return items(place, who, question)
  if (question.subscriptions) return ownSubscriptions(place, who, question)
  if (question.affiliations) return ownAffiliations(place, who, question)
  if (question.options) return askOptions(place, who, question)
  if (question.default) return defaultOptions(place, question)
  throw unknown()
}

/** `after` is called with what is to be done once the answer is sent. */
export function setPubsub(place: Place, who: Jid, question: Pubsub, after: After): Answer<Pubsub> {
  if (question.publish) return publish(place, who, question)
  if (question.retract) return retract(place, who, question)
  if (question.create) return create(place, who, question)
  if (question.subscribe) return subscribe(place, who, question, after)
  if (question.unsubscribe) return unsubscribe(place, who, question)
  if (question.options) return setOptions(place, who, question)
  throw unknown()
}

export function askOwner(place: Place, who: Jid, question: PubsubOwner): Answer<PubsubOwner> {
  if (question.configure) return askConfig(place, who, question)
  if (question.default) return askDefault(place)
  if (question.affiliations) return askAffiliations(place, who, question)
  if (question.subscriptions) return askSubscriptions(place, who, question)
  throw unknown()
}

export function setOwner(place: Place, who: Jid, question: PubsubOwner): Answer<PubsubOwner> {
  if (question.configure) return configure(place, who, question)
  if (question.delete) return deleteNode(place, who, question)
  if (question.purge) return purge(place, who, question)
  if (question.affiliations) return setAffiliations(place, who, question)
  if (question.subscriptions) return setSubscriptions(place, who, question)
  throw unknown()
}

const unknown = (): StanzaError =>
  new StanzaError('feature-not-implemented', 'This is none of the requests of publish-subscribe that are known here')
