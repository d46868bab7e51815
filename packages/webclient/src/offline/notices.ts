/** Telling of new messages outside of the page: only who asked for it, only what a conversation's setting lets through, and gone once it was read anywhere. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { createEffect, createSignal, onCleanup } from 'solid-js'
import type { Message } from '../model/message.ts'
import type { Session } from '../session/session.ts'
import type { AppState, Conversation } from '../state/state.ts'
import type { Waking } from './push.ts'
import { isToldOf } from './told-of.ts'

const WISH = 'notifications'
/** What comes late, because the line was away, was not said just now. */
const LATE_MS = 120_000
const MOST_TEXT = 200
/** The worker's tag where a push told nothing but that there is something. */
const ANY = 'messages'

interface NoticeWords {
  readonly wokenTitle: string
  readonly wokenText: string
}

export interface NoticesNeeds {
  readonly state: AppState
  readonly desk: Session['desk']
  /** Whether somebody looks at that conversation now. */
  readonly isLookedAt: (address: string) => boolean
  readonly titleOf: (conversation: Conversation, author: string) => string
  readonly pathOf: (conversation: Conversation) => string
  readonly words: () => NoticeWords
}

export type Wish = 'on' | 'off' | 'impossible' | 'forbidden'

export class Notices {
  readonly #needs: NoticesNeeds
  #last: Promise<unknown> = Promise.resolve()
  readonly #shown = createSignal<ReadonlySet<string>>(new Set())

  constructor(needs: NoticesNeeds) {
    this.#needs = needs
    createEffect(() => {
      if (needs.state.isReady) void this.#adopt()
    })
    const adopt = (): void => void this.#adopt()
    document.addEventListener('visibilitychange', adopt)
    onCleanup(() => document.removeEventListener('visibilitychange', adopt))
    createEffect(() => {
      const [shown, setShown] = this.#shown
      const read = [...shown()].filter(address => (needs.state.conversations[address]?.unread ?? 0) === 0)
      if (read.length === 0) return
      for (const address of read) void close(address)
      setShown(new Set([...shown()].filter(address => !read.includes(address))))
    })
  }

  /** What the worker showed while no page was open is this page's to close: at once what only said that there is something. */
  async #adopt(): Promise<void> {
    if (document.visibilityState !== 'visible' || !this.#needs.state.isReady) return
    const registration = await navigator.serviceWorker?.getRegistration()
    const tags = new Set<string>()
    for (const one of (await registration?.getNotifications()) ?? []) {
      if (one.tag === ANY) one.close()
      else tags.add(one.tag)
    }
    const [shown, setShown] = this.#shown
    if (tags.size > 0) setShown(new Set([...shown(), ...tags]))
  }

  get wish(): Wish {
    if (!('Notification' in window)) return 'impossible'
    if (Notification.permission === 'denied') return 'forbidden'
    return Notification.permission === 'granted' && kept() ? 'on' : 'off'
  }

  /** Whether they want it, or wanted it and the server does not know yet that they no longer do. */
  get hasAsked(): boolean {
    return this.wish === 'on' || globalThis.localStorage?.getItem('push') != null
  }

  /** Asks the browser, which asks the person. */
  async turnOn(): Promise<Waking | 'forbidden'> {
    if ((await Notification.requestPermission()) !== 'granted') return 'forbidden'
    keep(true)
    return this.again()
  }

  /** At the beginning of each session: what is woken is the window that was there last. */
  again(): Promise<Waking> {
    return this.#after(async () => (this.wish === 'on' ? this.#wake() : (await this.#sleep(), 'page only')))
  }

  async #wake(): Promise<Waking> {
    const { wake } = await import('./push.ts')
    const { wokenTitle, wokenText } = this.#needs.words()
    const spoken = await caches.open('words of notices')
    await spoken.put('/words', new Response(JSON.stringify({ wokenTitle, wokenText })))
    return wake(this.#needs.desk)
  }

  async turnOff(): Promise<void> {
    if (!kept()) return
    keep(false)
    await this.#after(() => this.#sleep())
  }

  /** Tried again at the next beginning, when the line is away. */
  async #sleep(): Promise<void> {
    const { letSleep } = await import('./push.ts')
    await letSleep(this.#needs.desk).catch((error: unknown) => {
      if (!(error instanceof StanzaError)) throw error
    })
  }

  /** One after the other: who changes their mind in between gets what they said last. */
  #after<T>(what: () => Promise<T>): Promise<T> {
    const done = this.#last.then(what)
    this.#last = done.catch(() => {})
    return done
  }

  arrived(address: string, { text, author, time, file, thread }: Message): void {
    const { state, isLookedAt, titleOf, pathOf } = this.#needs
    const conversation = state.conversations[address]
    if (this.wish !== 'on' || !conversation || isLookedAt(address) || Date.now() - time > LATE_MS) return
    if (thread && conversation.threads[thread.id]?.isMuted) return
    const joined = conversation.room?.joined
    const names = [state.own.split('@')[0] ?? '', state.ownName ?? '', joined?.kind === 'inside' ? joined.nick : '']
    if (!isToldOf(conversation, text, names)) return
    const body = (text === '' ? (file?.name ?? '') : text).slice(0, MOST_TEXT)
    const options = { body, tag: address, icon: '/icon-192.png', data: { path: pathOf(conversation) } }
    void this.#show(titleOf(conversation, author), address, options)
  }

  /** Only what is there can be closed: it may have been read before that. */
  async #show(title: string, address: string, options: NotificationOptions): Promise<void> {
    await show(title, options)
    const [shown, setShown] = this.#shown
    setShown(new Set([...shown(), address]))
  }
}

async function show(title: string, options: NotificationOptions): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  // A phone's browser shows those of workers alone.
  if (registration) await registration.showNotification(title, options).catch(() => {})
  else new Notification(title, options).addEventListener('click', () => focus())
}

async function close(tag: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  for (const one of (await registration?.getNotifications({ tag })) ?? []) one.close()
}

const kept = (): boolean => globalThis.localStorage?.getItem(WISH) === 'on'

function keep(isWanted: boolean): void {
  if (isWanted) localStorage.setItem(WISH, 'on')
  else localStorage.removeItem(WISH)
}
