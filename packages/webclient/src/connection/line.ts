/** What everything above knows of the line to the chat server: a stream of its own, or that of another tab. */
import type { Element } from '@plodge/xmpp/xml/element.ts'

export type LineState =
  /** `isAgain`: it was tried before, in vain. */
  | { readonly kind: 'connecting'; readonly isAgain: boolean }
  | { readonly kind: 'online' }
  /** Lost; tried again at `until`. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** For good: why, as a stream error's condition. */
  | { readonly kind: 'over'; readonly condition: string; readonly text: string | undefined }

/** It may come back any moment, but nobody should count on it. */
export const isOffline = (line: LineState): boolean => line.kind === 'waiting' || (line.kind === 'connecting' && line.isAgain)

export interface Listener {
  heard(stanza: Element): void
  /** `fresh` is a session that begins; `resumed` is one that goes on with nothing lost. */
  online(how: 'fresh' | 'resumed', address: string): void
  lineIs(state: LineState): void
  /** The server has it, on disk. */
  confirmed(stanza: Element): void
}

export interface Line {
  send(stanza: Element): void
  /** Now rather than when it would be tried anyway. */
  hurry(): void
  close(): void
}
