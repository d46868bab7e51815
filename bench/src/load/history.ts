/** Reads pages of 50 from message archives (XEP-0313), one after the other, as a client does that scrolls back. */

import { domain, nameOf } from '../people.ts'
import { percentile } from '../measure/samples.ts'
import type { Client, Crowd } from './client.ts'
import type { Answers } from './orders.ts'

const pageSize = 50

/** Two words that are in every message. */
const words = 'supper gate'

/** Searches one's own history (XEP-0431), a page of 50 each time. */
export async function searchHistory(clients: readonly Client[], crowd: Crowd, searches: number): Promise<Answers['search']> {
  const times: number[] = []
  let messages = 0
  crowd.heard = () => {
    messages++
  }
  const field = `<field var='{urn:xmpp:fulltext:0}fulltext'><value>${words}</value></field>`
  for (let turn = 0; times.length < searches; turn++) await timed(clients[(turn * 7) % clients.length]!, turn, field, '', times)
  return { searches: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99), messages }
}

export async function readHistory(clients: readonly Client[], crowd: Crowd, pages: number): Promise<Answers['history']> {
  const times: number[] = []
  let messages = 0
  crowd.heard = () => {
    messages++
  }
  // Each reader asks for the last page, then for the one before it, then for the same of one contact.
  for (let turn = 0; times.length < pages; turn++) {
    const client = clients[(turn * 7) % clients.length]!
    const last = await timed(client, turn, '', '', times)
    await timed(client, turn, '', firstOf(last), times)
    await timed(client, turn, `<field var='with'><value>${nameOf(client.index ^ 1)}@${domain}</value></field>`, '', times)
  }
  return { pages: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99), messages }
}

async function timed(client: Client, turn: number, field: string, before: string, times: number[]): Promise<string> {
  const id = `page-${turn}-${times.length}`
  const form = `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>${field}</x>`
  const page = `<set xmlns='http://jabber.org/protocol/rsm'><max>${pageSize}</max><before>${before}</before></set>`
  const began = performance.now()
  const answer = client.until(new RegExp(`<iq[^>]*id=['"]${id}['"][^]*?</iq>`))
  client.write(`<iq type='set' id='${id}'><query xmlns='urn:xmpp:mam:2' queryid='q'>${form}${page}</query></iq>`)
  const result = await answer
  times.push(performance.now() - began)
  if (!/type=['"]result['"]/.test(result)) throw new Error(`The server refused a page of history: ${result}`)
  return result
}

function firstOf(result: string): string {
  return /<first[^>]*>([^<]*)<\/first>/.exec(result)?.[1] ?? ''
}
