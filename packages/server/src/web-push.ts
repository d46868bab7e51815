/** Makes the module that wakes browsers: its key is kept, and whoever starts the server says which addresses may be asked. */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { readKey } from './key-file.ts'
import { post } from './modules/web-push/post.ts'
import { Vapid } from './modules/web-push/vapid.ts'
import { webPush } from './modules/web-push/web-push.ts'
import type { Module } from './routing/host.ts'
import type { Settings } from './settings.ts'

export type MayReach = (address: string, port: number) => boolean

/** Undefined when the settings want none. Throws in words when the key cannot be had. */
export function openWebPush({ services, data, contact, domain: own }: Settings, mayReach: MayReach | undefined): Module | undefined {
  const domain = services.push === undefined ? undefined : Jid.parse(services.push)?.account
  if (!domain || !mayReach) return undefined
  const secret = readKey(data, 'web-push.key', 'browsers must be asked anew whether they may be woken')
  // RFC 8292 §2.1: where a push service can complain.
  const subject = contact['admin']?.find(uri => /^(?:mailto|https):/.test(uri)) ?? `https://${own}/`
  return webPush({ domain, vapid: new Vapid(secret, () => subject), post: parcel => post(parcel, { mayReach }) })
}
