/** Signing out: what the browser kept goes before the server hears of it, and no other window writes it anew. */
import type { Memory } from '../store/memory.ts'

const CHANNEL = 'plodge leaving'
/** A browser that cannot forget must not keep somebody in. */
const PATIENCE_MS = 2000

/** Other windows hear of it here. Returns how to stop listening. */
export function forgetOn(memory: Memory, session: { readonly forget: () => void }): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.addEventListener('message', () => {
    session.forget()
    void memory.wipe()
  })
  return () => channel.close()
}

/** `goodbyes` is what else is to be undone while one is signed in still. */
export async function leave(
  memory: Memory,
  session: { readonly forget: () => void },
  goodbyes: readonly Promise<unknown>[],
): Promise<void> {
  session.forget()
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage('leaving')
  channel.close()
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, PATIENCE_MS)
  await Promise.race([promise, Promise.allSettled([memory.wipe(), ...goodbyes])])
  clearTimeout(timer)
}
