/** Everything that one can do from anywhere: its words, its keys, and when it makes sense. The palette, the keys and the list at `?` all read this. */
import { LANGUAGES, type LanguageCode } from '../../i18n/languages.ts'
import { type App, placeFor, titleOf } from '../app-context.ts'
import { byRecency } from '../recency.ts'
import { askForThread } from '../threads/use-threads.ts'
import { focusComposer, focusMessages } from './focus.ts'

export interface Action {
  readonly name: string
  /** `Control+k`, or one sign alone: those hold only where nothing is written, and can be turned off (WCAG 2.1.4). */
  readonly keys?: readonly string[]
  readonly run: () => void
}

export function actionsOf(app: App): readonly Action[] {
  const { words, router, show, session } = app
  const there = (kind: 'inbox' | 'people' | 'rooms' | 'settings') => () => router.go({ kind })
  const say = (availability: 'available' | 'away' | 'busy') => () => {
    session.status.say({ ...session.status.now, availability })
    app.tell(words()[availability])
  }
  const { keysFor: t } = words()
  return [
    { name: words().find, keys: ['Control+k'], run: () => show('palette') },
    { name: t.shortcuts, keys: ['?', 'Control+/'], run: () => show('shortcuts') },
    { name: words().inbox, keys: ['i'], run: there('inbox') },
    { name: words().people, keys: ['p'], run: there('people') },
    { name: words().rooms, keys: ['m'], run: there('rooms') },
    { name: t.search, keys: ['/'], run: () => router.go({ kind: 'search', words: '', within: undefined }) },
    { name: t.nextUnread, keys: ['n'], run: () => nextUnread(app) },
    { name: t.earlierConversation, keys: ['Alt+ArrowUp'], run: () => step(app, -1) },
    { name: t.laterConversation, keys: ['Alt+ArrowDown'], run: () => step(app, 1) },
    { name: t.write, keys: ['c'], run: focusComposer },
    { name: t.toMessages, keys: ['l'], run: focusMessages },
    { name: words().howYouAre, keys: ['s'], run: () => show('status') },
    { name: t.say(words().available), run: say('available') },
    { name: t.say(words().away), run: say('away') },
    { name: t.say(words().busy), run: say('busy') },
    { name: t.settings, keys: [','], run: there('settings') },
    ...hereActions(app),
    ...languageActions(app),
    { name: words().signOut, run: () => signOut(app) },
  ]
}

function hereActions({ router, state, words, session }: App): readonly Action[] {
  const place = router.place()
  if (place.kind !== 'conversation') return []
  const room = state.conversations[place.address]?.room
  const search = { name: words().keysFor.searchHere, run: () => router.go({ kind: 'search', words: '', within: place.address }) }
  if (!room) return [search]
  const thread = { name: words().threads.begin, keys: ['t'], run: () => askForThread(true) }
  const leave = { name: words().leave, run: () => void session.rooms.leave(place.address).then(() => router.go({ kind: 'inbox' })) }
  return room.isBookmarked ? [thread, search, leave] : [search]
}

const languageActions = ({ language, words, tell }: App): readonly Action[] =>
  Object.entries(LANGUAGES)
    .filter(([code]) => code !== language.code())
    .map(([code, name]) => ({
      name: `${words().language}: ${name}`,
      run: () => void language.choose(code as LanguageCode).catch(() => tell(words().unreachable)),
    }))

/** The conversation above or below the one that is open, in the order of the list beside it. */
function step({ router, state }: App, by: 1 | -1): void {
  const all = byRecency(Object.values(state.conversations))
  const place = router.place()
  const at = place.kind === 'conversation' ? all.findIndex(({ address }) => address === place.address) : -1
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by]
  if (next) router.go(placeFor(next.kind, next.address))
}

function nextUnread({ router, state, tell, words }: App): void {
  const all = byRecency(Object.values(state.conversations)).filter(({ unread }) => unread > 0)
  const place = router.place()
  const here = place.kind === 'conversation' ? place.address : undefined
  // Who is mentioned is meant.
  const next = all.toSorted((one, other) => other.mentions - one.mentions).find(({ address }) => address !== here)
  if (!next) return tell(words().emptyInbox)
  router.go(placeFor(next.kind, next.address))
  tell(titleOf(state, next))
}

/** By a form, as the button does: the tier asks for a POST from its own page. */
function signOut({ session, notices }: App): void {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/sign-out'
  document.body.append(form)
  void session.leave([notices.turnOff()]).then(() => form.submit())
}
