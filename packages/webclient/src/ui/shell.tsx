/** The frame of the app: the session, the address, and the three regions that are always there. */
import { Match, Show, Switch, createEffect, createSignal, lazy, on, onCleanup, onMount } from 'solid-js'
import { Stream } from '../connection/stream.ts'
import type { Language } from '../i18n/languages.ts'
import { Session } from '../session/session.ts'
import { followClicks } from '../offline/clicks.ts'
import { Notices } from '../offline/notices.ts'
import { sharedLine } from '../offline/shared-line.ts'
import { forgetOn } from '../offline/leaving.ts'
import type { Memory, Remembered } from '../store/memory.ts'
import { type App, AppContext, type Overlay, nameOf, placeFor, titleOf } from './app-context.ts'
import { ConversationScreen } from './conversation.tsx'
import { focusComposer, focusPlace } from './keyboard/focus.ts'
import { pressed } from './keyboard/keys.ts'
import { Overlays } from './keyboard/overlays.tsx'
import { InboxScreen } from './inbox.tsx'
import { Outside } from './outside.tsx'
import { PeopleScreen } from './people.tsx'
import { sheet } from './room/sheets.ts'
import { type Router, makeRouter } from './router.ts'
import { RoomsScreen } from './rooms.tsx'
import { SettingsScreen } from './settings.tsx'
import { SearchScreen } from './search.tsx'
import { Sidebar } from './sidebar.tsx'

/** Without leaving a mark in the address. */
const skip = (event: Event): void => {
  event.preventDefault()
  document.querySelector<HTMLElement>('#main')?.focus()
}
const SheetsLayer = lazy(() => import('./room/sheets-layer.tsx').then(({ SheetsLayer }) => ({ default: SheetsLayer })))

const TOLD_MS = 4000

export interface ShellProps {
  readonly own: string
  readonly domain: string
  readonly language: Language
  readonly previews: string | undefined
  readonly uploads: string | undefined
  readonly memory: Memory
  readonly remembered: Remembered
  /** Each time the line did not come about: perhaps they are signed in no more. */
  readonly unreached: () => void
  /** The line was ended for good: here, or by its person elsewhere. */
  readonly ended: () => void
}

export function Shell(props: ShellProps) {
  const session = new Session({
    own: props.own,
    domain: props.domain,
    memory: props.memory,
    remembered: props.remembered,
    isSomebodyElse: () => location.reload(),
    connect: listener => sharedLine(props.own, its => new Stream(`wss://${location.host}/xmpp-websocket`, props.domain, its), listener),
    previews: props.previews,
    uploads: props.uploads,
    arrived: (address, message) => notices.arrived(address, message),
  })
  const { state } = session
  const [overlay, show] = createSignal<Overlay>()
  const [told, setTold] = createSignal('')
  let quiet: ReturnType<typeof setTimeout> | undefined
  const tell = (text: string): void => {
    clearTimeout(quiet)
    setTold(text)
    quiet = setTimeout(() => setTold(''), TOLD_MS)
  }
  const router = makeRouter({
    domain: props.domain,
    get rooms() {
      return state.roomService
    },
  })
  const notices = new Notices({
    state,
    desk: session.desk,
    isLookedAt: address => document.visibilityState === 'visible' && document.hasFocus() && isAt(router, address),
    titleOf: (conversation, author) =>
      conversation.kind === 'person' ? titleOf(state, conversation) : `${author} · ${titleOf(state, conversation)}`,
    pathOf: ({ kind, address }) => router.href(placeFor(kind, address)),
    words: props.language.words,
  })
  const app: App = { session, state, router, words: props.language.words, language: props.language, notices, show, overlay, tell }

  onMount(() => {
    const hurry = (): void => session.hurry()
    const seen = (): void => (document.visibilityState === 'visible' ? session.hurry() : session.keep())
    // A page that is kept for going back comes back as it was; any other says goodbye, so that its session does not linger.
    const gone = ({ persisted }: PageTransitionEvent): void => (persisted ? session.keep() : session.close())
    const left = forgetOn(props.memory, session)
    const deaf = followClicks()
    const keys = (event: KeyboardEvent): void => pressed(app, event)
    addEventListener('keydown', keys)
    addEventListener('online', hurry)
    addEventListener('pagehide', gone)
    document.addEventListener('visibilitychange', seen)
    onCleanup(() => {
      removeEventListener('keydown', keys)
      removeEventListener('online', hurry)
      removeEventListener('pagehide', gone)
      left()
      deaf()
      document.removeEventListener('visibilitychange', seen)
      session.close()
    })
  })
  // Rooms may be elsewhere than one thought.
  createEffect(on(() => state.roomService, router.again, { defer: true }))
  createEffect(() => {
    if (state.isReady && state.line.kind === 'online' && notices.hasAsked) void notices.again()
  })
  createEffect(() => {
    if (state.line.kind === 'waiting') props.unreached()
    // Perhaps somebody ended it elsewhere: then nothing of theirs stays in this browser.
    if (state.line.kind === 'over' && state.line.condition === 'not-authorized') props.ended()
    // The sign-on's word is over: it is asked for another, of which a person who is still signed in there notices little.
    if (state.line.kind === 'over' && state.line.condition === 'reset') location.assign('/sign-on')
  })
  createEffect(() => {
    document.title = pageTitle(app)
  })
  const place = router.place
  createEffect(
    on(
      () => `${place().kind} ${conversationAt(app) ?? ''}`,
      () => queueMicrotask(() => focusPlace(place().kind)),
      { defer: true },
    ),
  )
  return (
    <AppContext.Provider value={app}>
      <Show when={state.line.kind !== 'over'} fallback={<Outside words={app.words()} why="over" />}>
        <div class="shell" data-place={place().kind}>
          <a class="skip" href="#main" onClick={skip}>
            {app.words().skipToContent}
          </a>
          <Show when={place().kind === 'conversation'}>
            <a class="skip" href="#composer" onClick={event => (event.preventDefault(), focusComposer())}>
              {app.words().keysFor.write}
            </a>
          </Show>
          <Sidebar />
          <main id="main" tabindex="-1">
            <Switch>
              <Match when={place().kind === 'inbox'}>
                <InboxScreen />
              </Match>
              <Match when={place().kind === 'people'}>
                <PeopleScreen />
              </Match>
              <Match when={place().kind === 'search'}>
                <SearchScreen />
              </Match>
              <Match when={place().kind === 'rooms'}>
                <RoomsScreen />
              </Match>
              <Match when={place().kind === 'settings'}>
                <SettingsScreen />
              </Match>
              <Match when={conversationAt(app)} keyed>
                {key => (
                  <ConversationScreen kind={key.startsWith('person') ? 'person' : 'room'} address={key.slice(key.indexOf(' ') + 1)} />
                )}
              </Match>
              <Match when={true}>
                <div class="empty">
                  <h1>{app.words().notFound}</h1>
                  <a class="button" data-inside href="/">
                    {app.words().inbox}
                  </a>
                </div>
              </Match>
            </Switch>
          </main>
          <Overlays />
          <Show when={sheet()}>
            <SheetsLayer />
          </Show>
          <div class="toast" role="status" classList={{ shown: told() !== '' }}>
            {told()}
          </div>
        </div>
      </Show>
    </AppContext.Provider>
  )
}

const isAt = ({ place }: Router, address: string): boolean => {
  const now = place()
  return now.kind === 'conversation' && now.address === address
}

/** A text, so that the screen stays when only the message in the address changes. */
function conversationAt({ router }: App): string | undefined {
  const place = router.place()
  return place.kind === 'conversation' ? `${place.what} ${place.address}` : undefined
}

function pageTitle({ state, router, words }: App): string {
  const unread = Object.values(state.conversations).reduce((sum, { mentions }) => sum + mentions, 0)
  const place = router.place()
  const conversation = place.kind === 'conversation' ? state.conversations[place.address] : undefined
  const where = conversation ? titleOf(state, conversation) : place.kind === 'conversation' ? nameOf(state, place.address) : words().appName
  return `${unread > 0 ? `(${unread}) ` : ''}${where}`
}
