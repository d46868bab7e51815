/** Two connections made one: what comes from either goes to the other, no faster than either takes it or the settings allow, and for so long and so much. */
import type { Socket } from 'node:net'
import type { ProxySettings } from '../../settings.ts'
import { Bucket, type Rate } from '../../routing/rate.ts'

/** `passed` hears of every piece; `over` is called once, when both are gone. */
export interface RelayEvents {
  passed(bytes: number): void
  over(): void
}

export function relay(
  ends: readonly [Socket, Socket],
  { bytesPerSecond, streamBytes, idleSeconds }: ProxySettings,
  events: RelayEvents,
): void {
  const rate: Rate = { perSecond: bytesPerSecond, burst: bytesPerSecond }
  const bucket = new Bucket(rate, performance.now())
  let left = streamBytes
  let open = ends.length
  const cut = (): void => {
    for (const end of ends) end.destroy()
  }
  const pass = (from: Socket, to: Socket): void => {
    // What is written to an end counts, too: whoever only listens is not idle.
    from.setTimeout(idleSeconds === Infinity ? 0 : idleSeconds * 1000, cut)
    from.on('data', (bytes: Buffer) => {
      left -= bytes.length
      if (left < 0) return cut()
      events.passed(bytes.length)
      const wait = bytesPerSecond === Infinity ? 0 : bucket.take(bytes.length, rate, performance.now())
      const isFull = !to.write(bytes)
      if (wait === 0 && !isFull) return
      from.pause()
      const go = (): void => void from.resume()
      const later = (): void => {
        if (wait > 0) setTimeout(go, wait)
        else go()
      }
      if (isFull) to.once('drain', later)
      else later()
    })
    from.once('end', () => to.end())
    from.once('close', () => {
      // An end that was closed in order has said all it had; the other goes on reading what is on its way.
      if (!from.readableEnded) cut()
      else to.end()
      open -= 1
      if (open === 0) events.over()
    })
  }
  const [one, other] = ends
  pass(one, other)
  pass(other, one)
  for (const end of ends) end.resume()
}
