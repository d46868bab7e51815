/** Keys about the web tier: where it listens, how people sign in, and how it reaches the chat server. */
import type { Address, Settings, WebSettings } from '@plodge/server/settings.ts'
import type { WebTierSettings } from '../../../web/src/settings.ts'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Key, key } from './key.ts'
import { fingerprint, httpsUrl, limit, listOfNetworks, listen, orFalse, path, trueOrFalse } from './kinds.ts'
import { needed } from './needed.ts'
import { SIGN_ON, type SignOnKeys, signOnOf } from './sign-on-keys.ts'

/** How the chat server knows the web tier. */
export const WEB: { readonly [K in keyof WebSettings]: Key<WebSettings[K]> } = {
  certificateFingerprints: key<readonly string[]>(
    'web.certificate_fingerprint',
    fingerprint,
    false,
    'The certificate of the web tier, by its SHA-256: whoever has its key speaks for everybody here. A list of two while it changes. See docs/certificates.md.',
    `certificate_fingerprint = "${'3f'.repeat(32)}"`,
  ),
  createAccounts: key(
    'web.create_accounts',
    trueOrFalse,
    false,
    'Whether somebody who signs in at the web tier for the first time gets an account, one without a password.',
    'create_accounts = true',
  ),
}

export interface WebTierKeys extends SignOnKeys {
  readonly listen: readonly Address[]
  readonly metrics: readonly Address[]
  readonly publicUrl: string | undefined
  readonly client: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  readonly chat: readonly Address[]
  readonly chatAuthorities: string | undefined
  readonly takesPasswords: boolean
  readonly previews: boolean
  readonly previewsNever: readonly string[]
  readonly trustedProxies: readonly string[]
  readonly sessionHours: number
  readonly idleMinutes: number
  readonly askAgainMinutes: number
}

export const WEB_TIER: { readonly [K in keyof WebTierKeys]: Key<WebTierKeys[K]> } = {
  listen: key(
    'web.listen',
    listen,
    false,
    'Where the web tier listens for browsers, with the certificate of [tls]; false runs none.',
    'listen = 443',
  ),
  metrics: key('web.metrics', listen, false, 'Plain HTTP with the web tier’s /metrics and /health.', 'metrics = "127.0.0.1:9101"'),
  publicUrl: key<string | undefined>(
    'web.public_url',
    orFalse(httpsUrl),
    false,
    'Where browsers find it. The sign-on’s answers are for this address alone, and requests under any other name are refused.',
    'public_url = "https://chat.cam.ac.uk"',
  ),
  client: key<string | undefined>(
    'web.client',
    orFalse(path),
    false,
    'The folder of a built web client: index.html, and assets/ with a hash in every name. Without it the one that comes with Plodge, when it is built, or else a plain page.',
    'client = "/srv/chat-client"',
  ),
  certificate: key<string | undefined>(
    'web.client_certificate',
    orFalse(path),
    false,
    'What the web tier shows to the chat server, in PEM: the certificate of certificate_fingerprint.',
    'client_certificate = "web.pem"',
  ),
  key: key<string | undefined>(
    'web.client_key',
    orFalse(path),
    false,
    'Its private key. Whoever has it speaks for everybody here.',
    'client_key = "web-key.pem"',
  ),
  chat: key(
    'web.chat',
    listen,
    false,
    'The HTTPS listener of the chat server. Not needed when both run in one process.',
    'chat = "chat1.cam.ac.uk:5443"',
  ),
  chatAuthorities: key<string | undefined>(
    'web.chat_authorities',
    orFalse(path),
    false,
    'Whose certificates the chat server may have, in PEM, besides the usual authorities. Otherwise the certificate of [tls] itself is trusted.',
    'chat_authorities = "ca.pem"',
  ),
  ...SIGN_ON,
  takesPasswords: key(
    'web.password_sign_in',
    trueOrFalse,
    false,
    'Lets people sign in with the password of their chat account too, at /sign-on/password. Otherwise no password is ever typed into a page of ours.',
    'password_sign_in = true',
  ),
  previews: key(
    'web.previews',
    trueOrFalse,
    false,
    'Whether the web tier fetches the pages whose links are in messages, to show their titles. Read docs/web.md before: it then asks the open internet for what people name.',
    'previews = true',
  ),
  previewsNever: key<readonly string[]>(
    'web.previews_never',
    listOfNetworks,
    [],
    'Networks from which it fetches no page, besides all that are not of the open internet and those that its own machine is in: those of the institution.',
    'previews_never = ["128.232.0.0/16", "131.111.0.0/16", "2a05:b400::/32"]',
  ),
  trustedProxies: key<readonly string[]>(
    'web.trusted_proxies',
    listOfNetworks,
    [],
    'Addresses or networks of reverse proxies whose X-Forwarded-For is believed.',
    'trusted_proxies = ["10.1.0.0/16"]',
  ),
  sessionHours: key('web.session_hours', limit, 12, 'After so many hours people sign in again, whatever they do.', 'session_hours = 12'),
  idleMinutes: key('web.idle_minutes', limit, 60, 'And after so many minutes without an open page.', 'idle_minutes = 60'),
  askAgainMinutes: key(
    'web.ask_again_minutes',
    limit,
    false,
    'How long the sign-on’s word is taken for. Then a browser goes there and comes back, which people who are still signed in there hardly notice; whoever was locked there meanwhile stays outside.',
    'ask_again_minutes = 30',
  ),
}

/** Undefined when none is to run. `chat` is the chat server in this process. Throws in words when something that it needs is not there. */
export function webTierOf(settings: Settings & { readonly webTier: WebTierKeys }, chat: Address | undefined): WebTierSettings | undefined {
  const { domain, data, users, tls, webTier } = settings
  const { listen, metrics, trustedProxies, sessionHours, idleMinutes, askAgainMinutes } = webTier
  if (listen.length === 0) return undefined
  const url = new URL(needed(webTier.publicUrl, 'public_url'))
  if (url.pathname !== '/') throw new Error('[web] public_url is the address of a whole site, without a path')
  const [there] = webTier.chat.length > 0 ? webTier.chat : chat ? [chat] : []
  const { host, port } = needed(there, 'chat (or https in [listen])')
  return {
    domain,
    localpart: users.localpart,
    listen,
    metrics,
    publicUrl: url.origin,
    client: webTier.client ?? (existsSync(BUILT_CLIENT) ? dirname(BUILT_CLIENT) : undefined),
    uploads: uploadsOf(settings),
    previews: webTier.previews ? { never: webTier.previewsNever } : undefined,
    tls,
    chat: {
      // Where everything is listened to, the machine itself is heard too.
      host: host === '::' || host === '0.0.0.0' ? 'localhost' : host,
      port,
      certificate: needed(webTier.certificate, 'client_certificate'),
      key: needed(webTier.key, 'client_key'),
      authorities: webTier.chatAuthorities ?? tls.certificate,
    },
    signOn: signOnOf(webTier),
    sessionsFile: join(data, 'web-sessions.json'),
    takesPasswords: webTier.takesPasswords,
    trustedProxies,
    sessionHours,
    idleMinutes,
    askAgainMinutes,
  }
}

const BUILT_CLIENT = join(import.meta.dirname, '../../../webclient/dist/index.html')

/** As the chat server says it to clients. */
function uploadsOf({ services, upload, listen, domain, webTier }: Settings & { readonly webTier: WebTierKeys }): string | undefined {
  if (services.upload === undefined) return undefined
  const [there] = [...listen.https, ...webTier.chat]
  const url = upload.baseUrl ?? (there && `https://${domain}:${there.port}`)
  return url === undefined ? undefined : new URL(url).origin
}
