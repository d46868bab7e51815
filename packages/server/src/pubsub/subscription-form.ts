/** How somebody is subscribed, as a form (XEP-0060 §6.3, §16.4.2). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { readDateTime, writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { PUBSUB } from '@plodge/xmpp/xeps/pubsub.ts'
import { pubsubError } from '@plodge/xmpp/xeps/pubsub-errors.ts'
import type { SubscriptionOptions } from './node.ts'

const SUBSCRIBE_OPTIONS = `${PUBSUB}#subscribe_options`
const DELIVER = 'pubsub#deliver'
const EXPIRE = 'pubsub#expire'

export const USUAL_OPTIONS: SubscriptionOptions = { delivers: true, expiresAt: undefined }

export const optionsForm = ({ delivers, expiresAt }: SubscriptionOptions): DataForm =>
  namedForm('form', SUBSCRIBE_OPTIONS, [
    formField(DELIVER, { type: 'boolean', label: 'Whether notifications are sent', values: [String(delivers)] }),
    formField(EXPIRE, {
      type: 'text-single',
      label: 'When the subscription ends',
      values: expiresAt === undefined ? [] : [writeDateTime(expiresAt)],
    }),
  ])

/** What is not said stays as it was. */
export function optionsFrom(before: SubscriptionOptions, submitted: DataForm, now: number): SubscriptionOptions {
  const answers = answersTo(optionsForm(before), submitted)
  const [delivers] = answers.get(DELIVER) ?? []
  const [expire] = answers.get(EXPIRE) ?? []
  return {
    delivers: delivers === undefined ? before.delivers : delivers === 'true',
    expiresAt: expire === undefined ? before.expiresAt : endOf(expire.trim(), now),
  }
}

/** §12.18: a time, or `presence`, which is more than is kept here. */
function endOf(text: string, now: number): number | undefined {
  if (text === '') return undefined
  const time = readDateTime(text)
  if (time === undefined) throw new StanzaError('not-acceptable', 'The end of a subscription is a time such as 2030-01-31T12:00:00Z')
  if (time <= now) throw pubsubError('invalid-options', 'The end of the subscription is over already')
  return time
}
