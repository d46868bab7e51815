/** What the palette offers for a few letters: what fits best first, of each kind at most a few. */
import { typedAddress } from '../../model/address.ts'
import type { Message } from '../../model/message.ts'
import { type App, nameOf, placeFor, titleOf } from '../app-context.ts'
import { byRecency } from '../recency.ts'
import type { IconName } from '../icons.tsx'
import { shortTime } from '../times.ts'
import { actionsOf } from './actions.ts'
import { type Fit, fitOf } from './fit.ts'

type Picture = { readonly kind: 'person' | 'room'; readonly address: string } | { readonly kind: 'icon'; readonly icon: IconName }

export interface Entry {
  readonly name: string
  readonly more: string
  readonly picture: Picture | undefined
  readonly keys?: readonly string[] | undefined
  readonly run: () => void
}

interface Found {
  readonly address: string
  readonly name: string
}
type Said = Message & { readonly conversation: string }

const MOST_FIRST = 6
const MOST_NAMES = 8
const MOST_SAID = 5

export function entriesFor(app: App, sought: string, rooms: readonly Found[], said: readonly Said[]): readonly Entry[] {
  const text = sought.trim()
  const talks = talkEntries(app)
  // The first of them is this.
  const [, ...doable] = actionsOf(app)
  const actions = doable.map(({ name, keys, run }) => ({ name, more: '', picture: undefined, keys, run }))
  if (text === '') return [...talks.slice(0, MOST_FIRST), ...actions]
  const known = new Set(talks.map(({ id }) => id))
  const others = [...peopleEntries(app), ...roomEntries(app, rooms)].filter(({ id }) => !known.has(id))
  return [
    ...fitting([...talks, ...others], text).slice(0, MOST_NAMES),
    ...fitting(actions, text).slice(0, MOST_NAMES),
    ...addressEntries(app, text, new Set([...known, ...others.map(({ id }) => id)])),
    ...said.slice(0, MOST_SAID).map(message => saidEntry(app, message)),
    searchEntry(app, text),
  ]
}

type Named = Entry & { readonly id: string }

const talkEntries = (app: App): readonly Named[] =>
  byRecency(Object.values(app.state.conversations)).map(conversation =>
    going(app, conversation.kind, conversation.address, titleOf(app.state, conversation), unreadOf(app, conversation.unread)),
  )

const unreadOf = ({ words }: App, unread: number): string => (unread > 0 ? words().unread(unread) : '')

const peopleEntries = (app: App): readonly Named[] =>
  Object.values(app.state.people).map(({ address, groups }) => {
    const { status = '' } = app.state.presences[address] ?? {}
    return going(app, 'person', address, nameOf(app.state, address), [address, ...groups, status].filter(Boolean).join(' · '))
  })

const roomEntries = (app: App, rooms: readonly Found[]): readonly Named[] =>
  rooms.map(({ address, name }) => going(app, 'room', address, name, address))

/** Somebody whom one does not know yet, by their address. */
function addressEntries(app: App, text: string, known: ReadonlySet<string>): readonly Entry[] {
  const address = typedAddress(text, app.state.domain)
  if (address === undefined || address === app.state.own || known.has(address)) return []
  return [going(app, 'person', address, address, app.words().writeTo)]
}

const going = ({ router }: App, kind: 'person' | 'room', address: string, name: string, more: string): Named => ({
  id: address,
  name,
  more,
  picture: { kind, address },
  run: () => router.go(placeFor(kind, address)),
})

function saidEntry({ state, words, router }: App, message: Said): Entry {
  const kind = state.conversations[message.conversation]?.kind ?? 'person'
  return {
    name: message.text.slice(0, 160),
    more: `${nameOf(state, message.author)} · ${shortTime(message.time, words().locale)}`,
    picture: { kind: 'person', address: message.author },
    run: () => router.go({ kind: 'conversation', what: kind, address: message.conversation, message: message.archive, thread: undefined }),
  }
}

const searchEntry = ({ words, router }: App, text: string): Entry => ({
  name: words().keysFor.searchFor(text),
  more: '',
  picture: { kind: 'icon', icon: 'search' },
  run: () => router.go({ kind: 'search', words: text, within: undefined }),
})

/** As they were among those that fit equally well. */
function fitting<One extends Entry>(all: readonly One[], text: string): readonly One[] {
  const fits = all.map(entry => [entry, bestFit(entry, text)] as const).filter(([, fit]) => fit > 0)
  return fits.sort(([, one], [, other]) => other - one).map(([entry]) => entry)
}

const bestFit = ({ name, more }: Entry, text: string): Fit => {
  const fit = fitOf(name, text)
  return fit > 0 ? fit : fitOf(more, text) > 0 ? 1 : 0
}
