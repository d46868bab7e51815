/** The way of signing in that is configured. Libraries are loaded for the one that needs them: SAML's cost twenty megabytes. */
import type { SignOnSettings } from '../settings.ts'
import { ANSWER_PATH } from './door.ts'
import type { Replays } from './replays.ts'
import type { SignOn } from './sign-on.ts'
import { ucamSignOn } from './ucam/sign-on.ts'

/** Rejects in words when something that it needs cannot be had. `home` is where browsers find us. */
export async function makeSignOn(settings: SignOnSettings, home: string, replays: Replays, clock: () => number): Promise<SignOn> {
  const answerUrl = `${home}${ANSWER_PATH}`
  switch (settings.kind) {
    case 'oidc': {
      const { oidcSignOn } = await import('./oidc/sign-on.ts')
      return oidcSignOn(settings, home, answerUrl, replays)
    }
    case 'saml': {
      const { samlSignOn } = await import('./saml/sign-on.ts')
      return samlSignOn(settings, home, answerUrl, replays)
    }
    case 'raven':
    case 'raven-demo':
    case 'ucam-webauth':
      return ucamSignOn(settings, answerUrl, replays, clock)
  }
}
