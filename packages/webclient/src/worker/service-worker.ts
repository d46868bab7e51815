/**
 * Keeps the app's own files, so that it opens at once and without a line. A version is a set of files that belong together: a new one is fetched
 * whole, waits until somebody says so, and then replaces the old. It knows nothing of anybody's messages.
 */
import { type NoticeWords, noticeOf } from './pushed.ts'
import type { WorkerScope } from './scope.ts'
import { wayOf } from './ways.ts'

declare const self: WorkerScope & typeof globalThis
/** Put there by the build: what belongs together, and its name. */
declare const __FILES__: readonly string[]
declare const __VERSION__: string

const SHELL = '/'
const CACHES = 'plodge '
const CACHE = `${CACHES}${__VERSION__}`
const FILES = [SHELL, ...__FILES__]
const kept: ReadonlySet<string> = new Set(FILES)

self.addEventListener('install', event => event.waitUntil(install()))
self.addEventListener('activate', event => event.waitUntil(activate()))
self.addEventListener('message', ({ data }) => {
  if (data === 'go') void self.skipWaiting()
})
self.addEventListener('fetch', event => {
  const { request } = event
  const way = wayOf(request, self.location.origin, kept)
  if (way === 'shell') event.respondWith(shell(request))
  else if (way === 'asset') event.respondWith(asset(request))
  else if (way === 'fresh') event.respondWith(fresh(request))
})

/** All or nothing: rejected, the browser tries again later, and the version that is there stays. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE)
  const answers = await Promise.all(FILES.map(async path => [path, await fetched(path)] as const))
  const page = await answers[0]?.[1].clone().text()
  const entry = FILES.find(path => path.endsWith('.js'))
  // The tier may have got yet another version meanwhile.
  if (!page || (entry && !page.includes(entry))) throw new Error('the page is of another version')
  await Promise.all(answers.map(([path, answer]) => cache.put(path, answer)))
}

async function fetched(path: string): Promise<Response> {
  const answer = await fetch(path, { cache: path.startsWith('/assets/') ? 'default' : 'no-cache', credentials: 'omit' })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter(name => name.startsWith(CACHES) && name !== CACHE).map(name => caches.delete(name)))
  await self.clients.claim()
}

async function shell(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(SHELL, { ignoreVary: true })) ?? fetch(request)
}

/** What is large or seldom wanted is kept when it was wanted once. */
async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  const found = await cache.match(request.url, { ignoreVary: true })
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request.url, answer.clone())
  return answer
}

async function fresh(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const found = await (await caches.open(CACHE)).match(new URL(request.url).pathname, { ignoreVary: true })
    if (!found) throw error
    return found
  }
}

self.addEventListener('push', event => event.waitUntil(pushed(event.data?.text() ?? '')))
self.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(opens((event.notification.data as { readonly path?: string } | null)?.path ?? '/'))
})

/** What comes tells how many, as a rule; whoever looks at the app already is not told. */
async function pushed(text: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (windows.some(({ visibilityState }) => visibilityState === 'visible')) return
  const spoken = await (await caches.open('words of notices')).match('/words')
  const words = (await spoken?.json().catch(() => undefined)) as NoticeWords | undefined
  const { title, body, tag, path } = noticeOf(text, words ?? {})
  await self.registration.showNotification(title, { body, tag, icon: '/icon-192.png', data: { path } })
}

/** Where a window is open already it comes to the front, and goes there. */
async function opens(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const [window] = windows.toSorted((one, other) => Number(other.focused) - Number(one.focused))
  if (!window) return void (await self.clients.openWindow(path))
  window.postMessage({ go: path })
  await window.focus()
}
