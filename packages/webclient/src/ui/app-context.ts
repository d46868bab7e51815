/** What every screen has at hand: the session, the address, the words of the language. */
import { createContext, useContext } from 'solid-js'
import type { Words } from '../i18n/en.ts'
import type { Language } from '../i18n/languages.ts'
import { localOf, resourceOf } from '../model/address.ts'
import { shown } from '../model/names.ts'
import type { Notices } from '../offline/notices.ts'
import type { Session } from '../session/session.ts'
import type { AppState, Conversation } from '../state/state.ts'
import type { Place, Router } from './router.ts'

export interface App {
  readonly session: Session
  readonly state: AppState
  readonly router: Router
  readonly words: () => Words
  readonly language: Language
  /** Telling of new messages to who looks elsewhere. */
  readonly notices: Notices
  /** Opens and shuts what lies over the page. */
  readonly show: (overlay: Overlay | undefined) => void
  readonly overlay: () => Overlay | undefined
  /** Says something shortly at the edge of the page, and to a screen reader. */
  readonly tell: (text: string) => void
}

export type Overlay = 'palette' | 'shortcuts' | 'status' | 'new-room' | 'details'

export const AppContext = createContext<App>()

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('outside of the app')
  return app
}

/** A person as they are to be called: by the roster, otherwise by the local part of the address. */
export const nameOf = (state: AppState, address: string): string =>
  fit(address === state.own ? state.ownName : (state.people[address]?.name ?? state.conversations[address]?.name), address)

/** A name that shows nothing, or another than it is, is none. */
const fit = (name: string | undefined, address: string): string => shown(name ?? '') || plain(address)

/** Of an occupant of a room, to whom one whispers, the nickname and where it is. */
const plain = (address: string): string => {
  const nick = resourceOf(address)
  return nick === undefined ? localOf(address) : `${shown(nick)} (${localOf(address)})`
}

export const titleOf = (state: AppState, conversation: Conversation): string =>
  conversation.kind === 'person' ? nameOf(state, conversation.address) : fit(conversation.name, conversation.address)

export const placeFor = (kind: 'person' | 'room', address: string): Place => ({
  kind: 'conversation',
  what: kind,
  address,
  message: undefined,
  thread: undefined,
})
