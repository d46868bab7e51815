/** What a browser registers with XEP-0357 to be woken by Web Push: where, and its keys, in the form that comes with each notification. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import type { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AUTH_BYTES, type Keys, POINT_BYTES } from './encrypt.ts'

export interface Subscription {
  readonly endpoint: URL
  readonly keys: Keys
}

const LONGEST_ENDPOINT = 2048

/** Throws the refusal that ends the registration (XEP-0357 §7.1). */
export function subscriptionIn(form: DataForm | undefined): Subscription {
  const value = (name: string): string => form?.fields.find(field => field.name === name)?.values[0] ?? ''
  const text = value('endpoint')
  const endpoint = text.length > LONGEST_ENDPOINT ? null : URL.parse(text)
  if (!endpoint || endpoint.protocol !== 'https:' || endpoint.username !== '' || endpoint.password !== '')
    throw new StanzaError('bad-request', 'The form needs an endpoint with https')
  const keys = { p256dh: Buffer.from(value('p256dh'), 'base64url'), auth: Buffer.from(value('auth'), 'base64url') }
  if (keys.p256dh.length !== POINT_BYTES || keys.p256dh[0] !== 4 || keys.auth.length !== AUTH_BYTES)
    throw new StanzaError('bad-request', 'The form needs p256dh and auth as the browser gives them')
  return { endpoint, keys }
}
