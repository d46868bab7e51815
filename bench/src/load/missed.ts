/** A phone's night: its line is cut, others write to it, and in the morning it comes back to its session and gets what it missed (XEP-0198 §5). */

import { percentile } from '../measure/samples.ts'
import type { Client, Crowd } from './client.ts'
import type { Answers, Endpoint } from './orders.ts'
import { comeBack } from './return.ts'

/** Of each pair the second sleeps, and the first writes to it. One phone after the other wakes. */
export async function catchUp(
  clients: readonly Client[],
  crowd: Crowd,
  { endpoint, messages, quiet }: { readonly endpoint: Endpoint; readonly messages: number; readonly quiet: () => Promise<void> },
): Promise<Answers['missed']> {
  const phones = clients.filter(({ index }) => index % 2 === 1)
  await Promise.all(phones.map(phone => phone.cut()))
  await quiet()
  for (const writer of clients) if (writer.index % 2 === 0) for (let number = 1; number <= messages; number++) writer.say(number)
  await quiet()
  const times: number[] = []
  for (const phone of phones) {
    const all = Promise.withResolvers<void>()
    let missing = messages
    crowd.heard = client => {
      if (client === phone && --missing === 0) all.resolve()
    }
    const began = performance.now()
    await comeBack(phone, endpoint, 'password')
    await all.promise
    times.push(performance.now() - began)
  }
  return { p50: percentile(times, 0.5), longest: Math.max(...times) }
}
