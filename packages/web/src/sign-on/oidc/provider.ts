/** An OpenID provider: what it says of itself is asked for when somebody wants to sign in, and now and then again. */
import { readFileSync } from 'node:fs'
import * as oidc from 'openid-client'
import type { OidcSettings } from '../../settings.ts'

/** For the person who waits. */
const TIMEOUT_SECONDS = 8
const FRESH_MS = 3_600_000

export interface Provider {
  /** What is known of it. Rejects when nothing is and it cannot be asked. */
  reach(): Promise<oidc.Configuration>
  /** What is known of it by now. */
  known(): oidc.Configuration | undefined
}

/** Throws in words when the secret cannot be read. */
export function makeProvider({ issuer, clientId, clientSecret }: OidcSettings, ask?: oidc.CustomFetch): Provider {
  const secret = secretIn(clientSecret)
  let known: { readonly config: oidc.Configuration; readonly at: number } | undefined
  let asking: Promise<oidc.Configuration> | undefined

  /** Many may want to sign in at once. */
  const renew = (): Promise<oidc.Configuration> =>
    (asking ??= discover().finally(() => {
      asking = undefined
    }))
  async function discover(): Promise<oidc.Configuration> {
    const config = await oidc.discovery(new URL(issuer), clientId, secret, undefined, {
      timeout: TIMEOUT_SECONDS,
      // The ID token's signature is checked although it comes straight from the provider: a proxy between us may not be it.
      execute: [oidc.enableNonRepudiationChecks],
      ...(ask && { [oidc.customFetch]: ask }),
    })
    known = { config, at: Date.now() }
    return config
  }

  return {
    known: () => known?.config,
    async reach() {
      if (!known) return renew()
      // What was good an hour ago still is when the provider does not answer just now.
      if (Date.now() - known.at > FRESH_MS) renew().catch(() => {})
      return known.config
    },
  }
}

function secretIn(file: string): string {
  try {
    const secret = readFileSync(file, 'utf8').trim()
    if (secret !== '') return secret
  } catch (error) {
    throw new Error(`${file} cannot be read; [web] sign_on names it for the secret that the sign-on gave us`, { cause: error })
  }
  throw new Error(`${file} is empty; it is to hold the secret that the sign-on gave us`)
}
