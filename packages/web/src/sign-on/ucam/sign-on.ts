/** Signing people in with Raven, or another sign-on server that speaks Ucam-WebAuth. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { UcamSettings } from '../../settings.ts'
import type { Replays } from '../replays.ts'
import type { SignOn } from '../sign-on.ts'
import { type WlsKeys, readKeys } from './keys.ts'
import { requestUrl } from './request.ts'
import { type Expectation, verifyResponse } from './verify.ts'

const RAVEN = 'https://raven.cam.ac.uk/auth/'
const RAVEN_DEMO = 'https://demo.raven.cam.ac.uk/auth/'
/** A browser needs a moment to bring it. */
const TIMEOUT_MS = 30_000
const SKEW_MS = 2000

/** Throws in words when the keys cannot be had. `answerUrl` is where answers come to. */
export function ucamSignOn(settings: UcamSettings, answerUrl: string, replays: Replays, clock: () => number): SignOn {
  const keys = keysIn(settings)
  const base = settings.kind === 'raven' ? RAVEN : RAVEN_DEMO
  const url = settings.url ?? `${base}authenticate.html`
  const expected = (params: string): Expectation => ({
    version: 3,
    url: answerUrl,
    keys,
    timeoutMs: TIMEOUT_MS,
    skewMs: SKEW_MS,
    ways: ['pwd'],
    mustInteract: settings.asksAnew,
    tags: settings.allowsLeavers ? [] : ['current'],
    params,
  })
  return {
    title: settings.kind === 'ucam-webauth' ? 'the sign-on' : 'Raven',
    logoutUrl: settings.logoutUrl ?? `${base}logout.html`,
    answersBy: 'GET',
    begin: own => requestUrl(url, expected(own('ucam')), { description: 'Chat' }, clock()),
    answer(query, own) {
      const [text, ...others] = query.getAll('WLS-Response')
      if (text === undefined || others.length > 0) return { kind: 'refused', why: 'malformed' }
      const verdict = verifyResponse(text, expected(own('ucam')), replays, clock())
      switch (verdict.kind) {
        case 'person':
          return { kind: 'person', principal: verdict.principal, lifeMs: (verdict.response.life ?? Infinity) * 1000 }
        case 'failed':
          return { kind: 'failed', why: String(verdict.status) }
        case 'cancelled':
        case 'refused':
          return verdict
      }
    },
  }
}

function keysIn({ kind, url, logoutUrl, keys: folder }: UcamSettings): WlsKeys {
  if (kind === 'ucam-webauth' ? url === undefined || logoutUrl === undefined : url !== undefined || logoutUrl !== undefined)
    throw new Error(`[web] sign_on: url and logout_url are for the kind "ucam-webauth", which needs both; ${kind} has its own`)
  let files
  try {
    const names = readdirSync(folder).filter(name => name.startsWith('pubkey'))
    files = names.map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  } catch (error) {
    throw new Error(`${folder} cannot be read; it is named in [web] sign_on for the keys of the sign-on server`, { cause: error })
  }
  const set = readKeys(files, { isDemo: kind === 'raven-demo' })
  if (set.kind === 'refused') throw new Error(`${folder}, the keys of the sign-on server: ${set.why}`)
  return set.keys
}
