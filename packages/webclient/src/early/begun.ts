/** What was begun before the app was there (`early.ts`), and how the app takes it. */

export interface SignedIn {
  readonly address: string | null
  readonly domain: string
  /** The origin that the page may show files from; null where there are none. */
  readonly uploads?: string | null
  /** Where the tier tells what a link leads to; null where it does not. */
  readonly previews?: string | null
  /** Where passwords are taken, where they are. */
  readonly signInByPassword?: string
}

export interface Begun {
  readonly who: Promise<SignedIn | undefined>
  socket: WebSocket | undefined
  /** The app has a line, this or another: no more is to be opened. */
  isTaken: boolean
}

declare global {
  var begun: Begun | undefined
}

/** Once, the first time that a line is wanted; undefined when there is none that is good. Nothing was said on it yet. */
export function takeSocket(): WebSocket | undefined {
  const { begun } = globalThis
  if (!begun || begun.isTaken) return undefined
  const { socket } = begun
  begun.isTaken = true
  begun.socket = undefined
  return socket && socket.readyState <= WebSocket.OPEN ? socket : undefined
}
