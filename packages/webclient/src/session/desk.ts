/** What all parts of the session share: the store, the line, questions, and who one is. */
import type { Questions } from '../connection/questions.ts'
import type { AppState } from '../state/state.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import type { SetStoreFunction } from 'solid-js/store'
import type { Archive } from './archive.ts'

export interface Desk {
  readonly own: string
  readonly domain: string
  readonly state: AppState
  readonly set: SetStoreFunction<AppState>
  readonly send: (stanza: Element) => void
  readonly questions: Questions
  readonly archive: Archive
}
