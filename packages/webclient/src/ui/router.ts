/** The address of what is shown. Everything one can be at has one, so that back, forward, links and bookmarks work. */
import { createSignal } from 'solid-js'
import { domainOf, localOf } from '../model/address.ts'

export type Place =
  | { readonly kind: 'inbox' }
  | { readonly kind: 'people' }
  | { readonly kind: 'rooms' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'search'; readonly words: string; readonly within: string | undefined }
  | {
      readonly kind: 'conversation'
      readonly what: 'person' | 'room'
      readonly address: string
      readonly message: string | undefined
      readonly thread: string | undefined
    }
  | { readonly kind: 'nowhere' }

export interface Names {
  readonly domain: string
  /** The service of rooms: `rooms.chat.cam.ac.uk`; those there go by their local part alone. */
  readonly rooms: string
}

const short = (address: string, domain: string): string =>
  encodeURIComponent(domainOf(address) === domain && address.includes('@') ? localOf(address) : address)
const long = (text: string, domain: string): string => (text.includes('@') ? text : `${text}@${domain}`)

export function pathOf(place: Place, { domain, rooms }: Names): string {
  switch (place.kind) {
    case 'inbox':
    case 'nowhere':
      return '/'
    case 'search': {
      const query = new URLSearchParams({ q: place.words, ...(place.within !== undefined && { in: place.within }) })
      return `/search?${query.toString()}`
    }
    case 'conversation': {
      const base = place.what === 'person' ? `/p/${short(place.address, domain)}` : `/r/${short(place.address, rooms)}`
      const thread = place.thread === undefined ? '' : `/t/${encodeURIComponent(place.thread)}`
      return `${base}${thread}${place.message === undefined ? '' : `/m/${encodeURIComponent(place.message)}`}`
    }
    case 'people':
    case 'rooms':
    case 'settings':
      return `/${place.kind}`
  }
}

export function placeOf(path: string, query: string, { domain, rooms }: Names): Place {
  const [, first = '', second, ...rest] = path.split('/')
  if (first === '') return { kind: 'inbox' }
  if (first === 'people' || first === 'rooms' || first === 'settings') return { kind: first }
  if (first === 'search') {
    const asked = new URLSearchParams(query)
    return { kind: 'search', words: asked.get('q') ?? '', within: asked.get('in') ?? undefined }
  }
  if ((first !== 'p' && first !== 'r') || !second) return { kind: 'nowhere' }
  const parts = new Map<string, string>()
  for (let i = 0; i + 1 < rest.length; i += 2) parts.set(rest[i] ?? '', decoded(rest[i + 1] ?? ''))
  const address = long(decoded(second), first === 'p' ? domain : rooms)
  return { kind: 'conversation', what: first === 'p' ? 'person' : 'room', address, message: parts.get('m'), thread: parts.get('t') }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export interface Router {
  readonly place: () => Place
  readonly go: (place: Place, how?: { readonly replace: boolean }) => void
  readonly href: (place: Place) => string
  /** What the address means may be something else now. */
  readonly again: () => void
}

export function makeRouter(names: Names): Router {
  const here = (): Place => placeOf(location.pathname, location.search, names)
  const [place, setPlace] = createSignal(here(), { equals: false })
  addEventListener('popstate', () => setPlace(here()))
  const go: Router['go'] = (to, how) => {
    const path = pathOf(to, names)
    if (how?.replace) history.replaceState(null, '', path)
    else if (path !== location.pathname + location.search) history.pushState(null, '', path)
    setPlace(to)
  }
  // Links are links: they open in a new tab, are copied, and go where they say; a plain click stays in the page.
  addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-inside]') : null
    if (!link) return
    event.preventDefault()
    go(placeOf(link.pathname, link.search, names))
  })
  return { place, go, href: to => pathOf(to, names), again: () => setPlace(here()) }
}
