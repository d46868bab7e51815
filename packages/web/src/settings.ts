/** What the web tier must be told. The `plodge` command makes it from the TOML file; tests make it by hand. Every value is checked already. */

import type { FetchNeeds } from './previews/fetch-page.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface WebTierSettings {
  readonly domain: string
  /** What names people can have, before the @. */
  readonly localpart: RegExp
  readonly listen: readonly Address[]
  /** Plain HTTP, loopback as a rule: Prometheus text at /metrics, /health. */
  readonly metrics: readonly Address[]
  /** Where browsers find it: `https://chat.cam.ac.uk`, an origin. */
  readonly publicUrl: string
  /** The folder of the built client; without one people get the plain page. */
  readonly client: string | undefined
  /** The origin where files are that people send each other; undefined where there are none. */
  readonly uploads: string | undefined
  /** What browsers are shown; files in PEM. */
  readonly tls: { readonly certificate: string; readonly key: string }
  /** The way to the chat server. */
  readonly chat: {
    readonly host: string
    readonly port: number
    /** What the tier shows there; files in PEM. */
    readonly certificate: string
    readonly key: string
    /** A file of authorities besides those that Node trusts. */
    readonly authorities: string | undefined
  }
  /** Whether people are shown what a page says of itself whose link is in a message; undefined where they are not. */
  readonly previews: PreviewSettings | undefined
  /** A file for who is signed in, while it is restarted. */
  readonly sessionsFile: string
  readonly signOn: SignOnSettings
  /** Whether the password of a chat account lets people in too. */
  readonly takesPasswords: boolean
  /** Addresses or networks of reverse proxies, whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  /** However busy somebody is, they sign in again after so long. */
  readonly sessionHours: number
  /** And after so long without a sign of them. */
  readonly idleMinutes: number
  /** The sign-on is asked again after so long whether somebody may still be here: for those that cannot tell by themselves. */
  readonly askAgainMinutes: number
}

export interface PreviewSettings {
  /** Networks from which no page is fetched, besides all that are not of the open internet. */
  readonly never: readonly string[]
  /** For tests, whose pages are on this machine; no configuration says it. */
  readonly instead?: Partial<FetchNeeds>
}

/** How people prove who they are. */
export type SignOnSettings = UcamSettings | OidcSettings | SamlSettings

export interface UcamSettings {
  /** `raven-demo` is where anybody can sign in as anybody. */
  readonly kind: 'raven' | 'raven-demo' | 'ucam-webauth'
  /** Of the sign-on server's pages; each kind of Raven has its own. */
  readonly url: string | undefined
  readonly logoutUrl: string | undefined
  /** The folder of its public keys: `pubkey2`. */
  readonly keys: string
  /** The person is asked each time, whatever else they are signed in to. */
  readonly asksAnew: boolean
  /** Somebody who has left may come in. */
  readonly allowsLeavers: boolean
}

export interface OidcSettings {
  readonly kind: 'oidc'
  readonly title: string
  /** An https URL; what the provider says of itself is found from there. */
  readonly issuer: string
  readonly clientId: string
  /** A file. */
  readonly clientSecret: string
  readonly scopes: string
  readonly rule: PersonRule
  /** Where people sign out of it, if the provider does not say. */
  readonly logoutUrl: string | undefined
  readonly asksAnew: boolean
}

export interface SamlSettings {
  readonly kind: 'saml'
  readonly title: string
  /** What the identity provider is called. */
  readonly issuer: string
  /** Where people are sent. */
  readonly url: string
  /** A file of its certificates, in PEM: while it changes from one to another both are good. */
  readonly certificates: string
  /** Files of our own, in PEM: with them questions are signed, and answers may be encrypted for us. */
  readonly own: { readonly key: string; readonly certificate: string } | undefined
  readonly rule: PersonRule
  readonly logoutUrl: string | undefined
  /** Where it takes messages of single logout, by redirect; only with a key of our own. */
  readonly singleLogoutUrl: string | undefined
  readonly asksAnew: boolean
}

/** Which name here is whose, by what a sign-on says of a person. */
export interface PersonRule {
  /** The claim or attribute that names the person. */
  readonly name: string
  /** What it looks like, from ^ to $; its one group is the name here, before the @. */
  readonly pattern: RegExp
  /** What must be said of the person besides: Google signs in the whole world, and says by `hd` who is of an institution. */
  readonly required: Readonly<Record<string, string>>
}

/** A subset of what the chat server logs with. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
