/**
 * A few lines that run while the app is still on its way: who is here is asked, and the line of whoever it is is opened, unless another window has it. What is
 * begun is left for the app at `globalThis.begun`.
 */
import type { Begun, SignedIn } from './begun.ts'

/** For an app that never comes, or has its line elsewhere. */
const LONGEST_MS = 15_000

async function ask(): Promise<SignedIn | undefined> {
  try {
    const answer = await fetch('/session', { credentials: 'include' })
    return answer.ok ? ((await answer.json()) as SignedIn) : undefined
  } catch {
    return undefined
  }
}

async function open(begun: Begun): Promise<void> {
  const who = await begun.who
  if (!who || who.address === null || begun.isTaken) return
  const line = `plodge line ${who.address}`
  const { held = [] } = 'locks' in navigator ? await navigator.locks.query() : {}
  if (begun.isTaken || held.some(({ name }) => name === line)) return
  const socket = new WebSocket(`wss://${location.host}/xmpp-websocket`, 'xmpp')
  begun.socket = socket
  setTimeout(() => {
    if (begun.socket === socket) socket.close()
  }, LONGEST_MS)
}

// The app may be quicker: it was kept, or this was not.
if (!globalThis.begun) {
  globalThis.begun = { who: ask(), socket: undefined, isTaken: false }
  void open(globalThis.begun)
}
