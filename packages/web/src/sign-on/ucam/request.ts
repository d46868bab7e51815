/** Where a person is sent to sign in with Ucam-WebAuth, and with what question. */
import { writeTime } from './response.ts'
import type { Expectation } from './verify.ts'

/** The sign-on server may show this to the person; printable ASCII. */
export interface Wording {
  readonly description: string
  readonly why?: string
}

/** Each parameter at most once, and none that the protocol does not know. */
export function requestUrl(server: string, expected: Expectation, { description, why }: Wording, now: number): string {
  const url = new URL(server)
  url.searchParams.set('ver', String(expected.version))
  url.searchParams.set('url', expected.url)
  url.searchParams.set('desc', description)
  if (expected.ways.length > 0) url.searchParams.set('aauth', expected.ways.join(','))
  if (expected.mustInteract) url.searchParams.set('iact', 'yes')
  if (why !== undefined) url.searchParams.set('msg', why)
  url.searchParams.set('params', expected.params)
  url.searchParams.set('date', writeTime(now))
  return url.href
}
