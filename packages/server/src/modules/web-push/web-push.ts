/**
 * A push service for browsers, as XEP-0357 knows such services: it takes the notifications of this server, and of nobody else, and sends them on by
 * Web Push (RFC 8030) to where the browser's form says. It keeps nothing: a refusal ends the registration, which is the server's.
 */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { PUSH, PublishNotification } from '@plodge/xmpp/xeps/push.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { Module } from '../../routing/host.ts'
import { encryptFor } from './encrypt.ts'
import type { Parcel } from './post.ts'
import { subscriptionIn } from './subscription.ts'
import type { Vapid } from './vapid.ts'

/** Ours: what a browser subscribes with is in a form of this name (XEP-0128). */
export const WEB_PUSH = 'urn:plodge:web-push:0'
/** All notifications of one person are one: open the app. */
const TOPIC = 'messages'
/** On their way at once; more are told to come later (XEP-0357 asks again). */
const MOST_AT_ONCE = 200

export interface WebPushOptions {
  readonly domain: Account
  readonly vapid: Vapid
  readonly post: (parcel: Parcel) => Promise<number | undefined>
}

export function webPush({ domain, vapid, post }: WebPushOptions): Module {
  let under = 0
  return {
    name: 'web-push',
    implements: {},
    install(host) {
      const service = host.serve({
        domain,
        identity: { category: 'pubsub', type: 'push', name: 'Web Push' },
        features: [PUSH],
        forms: () => [namedForm('result', WEB_PUSH, [formField('key', { values: [vapid.publicKey] })])],
      })
      service.answer(PublishNotification, async ({ publish, options }, { from }) => {
        // Anybody else would have us ask addresses of their choice.
        if (from.full !== host.domain.full)
          throw new StanzaError('forbidden', 'This service takes the notifications of its own server alone')
        if (under >= MOST_AT_ONCE) throw new StanzaError('resource-constraint', 'Too many notifications are on their way')
        const { endpoint, keys } = subscriptionIn(options?.form)
        const authorization = vapid.authorization(endpoint.origin, host.clock())
        under += 1
        try {
          const body = encrypted(keys, contentOf(publish.item.notification.payload))
          outcome(await post({ endpoint, authorization, body, topic: TOPIC }))
        } finally {
          under -= 1
        }
      })
    },
  }
}

function encrypted(keys: Parameters<typeof encryptFor>[0], text: string): Buffer {
  try {
    return encryptFor(keys, Buffer.from(text))
  } catch {
    throw new StanzaError('bad-request', 'p256dh is no key')
  }
}

/** What the summary (XEP-0357 §7) tells: without an operator's wish only how many. */
function contentOf(payload: readonly Element[]): string {
  const [summary] = payload
  const form: DataForm | undefined = summary && DataForm.read(summary)
  const value = (name: string): string | undefined => form?.fields.find(field => field.name === name)?.values[0]
  const [from, text] = [value('last-message-sender'), value('last-message-body')]
  return JSON.stringify({
    count: Number(value('message-count') ?? 1),
    ...(from !== undefined && { from }),
    ...(text !== undefined && { text }),
  })
}

/** RFC 8030 §7.3: 404 and 410 say that the subscription is no more. Whether an address may not be asked or is away, is not told apart. */
function outcome(status: number | undefined): void {
  if (status !== undefined && status >= 200 && status < 300) return
  if (status === 404 || status === 410) throw new StanzaError('item-not-found', 'The browser has ended its subscription')
  if (status === undefined || status === 429 || status >= 500)
    throw new StanzaError('resource-constraint', 'The push service does not answer now')
  throw new StanzaError('not-acceptable', `The push service refused it with ${status}`)
}
