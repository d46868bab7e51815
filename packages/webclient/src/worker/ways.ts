/** Which requests a page's worker answers, and from where: a table, so that nothing of the tier's own is ever answered by it. */

/** What the tier answers itself: signing in and out, who is here, files of people, previews. */
const TIERS = ['/session', '/sign-on', '/sign-out', '/xmpp-websocket', '/preview', '/push', '/upload', '/service-worker.js']
const ASSETS = '/assets/'

export type Way =
  /** The page, whatever its path. */
  | 'shell'
  /** Never changes. */
  | 'asset'
  /** Asked for anew; what is kept stands in when nobody answers. */
  | 'fresh'
  | 'not ours'

export interface Asked {
  readonly method: string
  readonly mode: string
  readonly url: string
}

export function wayOf({ method, mode, url }: Asked, origin: string, kept: ReadonlySet<string>): Way {
  const { origin: from, pathname } = new URL(url)
  if (method !== 'GET' || from !== origin) return 'not ours'
  if (TIERS.some(path => pathname === path || pathname.startsWith(`${path}/`) || pathname.startsWith(`${path}-`))) return 'not ours'
  if (pathname.startsWith(ASSETS)) return 'asset'
  if (mode === 'navigate') return 'shell'
  return kept.has(pathname) ? 'fresh' : 'not ours'
}
