/** What lies over the page when one does something about a room or somebody: one sheet at a time, read only when it is wanted. */
import { createSignal } from 'solid-js'
import type { Message } from '../../model/message.ts'
import type { DeedName, Standing } from '../../model/offices.ts'

/** Somebody, as far as one knows who that is. */
export interface Somebody {
  readonly name: string
  /** Undefined where only moderators know. */
  readonly address: string | undefined
  /** Where one met them in a room. */
  readonly room: string | undefined
  readonly nick: string | undefined
  /** Undefined where it is none of a room's business. */
  readonly standing: Standing | undefined
  readonly message: Message | undefined
}

export type Sheet =
  | { readonly kind: 'menu'; readonly at: HTMLElement; readonly who: Somebody }
  | { readonly kind: 'block'; readonly who: Somebody }
  | { readonly kind: 'deed'; readonly who: Somebody; readonly room: string; readonly deed: DeedName }
  | { readonly kind: 'take-back'; readonly room: string; readonly message: Message }
  | { readonly kind: 'invite' | 'configure' | 'destroy' | 'leave'; readonly room: string }
  | { readonly kind: 'new-room'; readonly name: string }

export const [sheet, openSheet] = createSignal<Sheet>()
/** Whether the details of the room that one looks at are beside it. */
export const [isDetailed, setDetailed] = createSignal(false)
/** As in room-frame.css: then the details lie over the talk. */
export const isNarrow = (): boolean => matchMedia('(max-width: 1019px)').matches
