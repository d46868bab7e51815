/** Windows of one browser: each holds a lock in its name for as long as it is there, so that the others know when it is gone. */

const nameOf = (tab: string): string => `plodge window ${tab}`

/** This window, until it is loaded anew. */
export const thisTab: string = crypto.randomUUID()

let isHeld = false

function hold(): void {
  if (isHeld || !('locks' in navigator)) return
  isHeld = true
  void navigator.locks.request(nameOf(thisTab), () => new Promise(() => {}))
}
hold()

const awaited = new Set<string>()

/** Calls back once when the other window is gone; at once when it is already. A window is awaited once, whoever asks. */
export function whenGone(tab: string, then: () => Promise<void>): void {
  if (tab === thisTab || awaited.has(tab)) return
  if (!('locks' in navigator)) return void then()
  awaited.add(tab)
  void navigator.locks.request(nameOf(tab), then).finally(() => awaited.delete(tab))
}
