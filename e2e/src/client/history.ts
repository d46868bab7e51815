/** XEP-0313 as a client asks it: pages until the end. */
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { escape } from '@plodge/xmpp/xml/escape.ts'
import type { Client } from './client.ts'

const MAM = 'urn:xmpp:mam:2'
const RSM = 'http://jabber.org/protocol/rsm'

export interface Archived {
  /** The archive's id. */
  readonly id: string
  readonly message: Element
}

interface Page {
  readonly messages: readonly Archived[]
  readonly isComplete: boolean
  readonly last: string | undefined
}

/** One page after an archive id; `filter` are the fields of the form, by name. */
async function historyPage(
  client: Client,
  after: string | undefined,
  max: number,
  filter: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const messages: Archived[] = []
  const queryid = `q${Math.random().toString(36).slice(2)}`
  const fields = Object.entries({ FORM_TYPE: MAM, ...filter }).map(
    ([name, value]) => `<field var='${name}'${name === 'FORM_TYPE' ? ` type='hidden'` : ''}><value>${escape(value)}</value></field>`,
  )
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`
  const collect = (stanza: Element): boolean => {
    const archived = resultOf(stanza, queryid)
    if (archived) messages.push(archived)
    return archived !== undefined
  }
  client.taps.add(collect)
  const rsm = `<set xmlns='${RSM}'><max>${max}</max>${after === undefined ? '' : `<after>${escape(after)}</after>`}</set>`
  const answer = await client.ask('set', `<query xmlns='${MAM}' queryid='${queryid}'>${form}${rsm}</query>`)
  client.taps.delete(collect)
  const fin = answer.child(MAM, 'fin')
  if (!fin) throw new Error(`The archive did not answer: ${answer.toString()}`)
  return { messages, isComplete: fin.attributes['complete'] === 'true', last: fin.child(RSM, 'set')?.child(RSM, 'last')?.text }
}

export async function wholeHistory(client: Client, page = 200, after?: string): Promise<readonly Archived[]> {
  const all: Archived[] = []
  for (let last = after; ;) {
    const { messages, isComplete, last: next } = await historyPage(client, last, page)
    all.push(...messages)
    if (isComplete || next === undefined) return all
    last = next
  }
}

function resultOf(stanza: Element, queryid: string): Archived | undefined {
  const result = stanza.child(MAM, 'result')
  if (stanza.name !== 'message' || result?.attributes['queryid'] !== queryid) return undefined
  const message = result.child('urn:xmpp:forward:0', 'forwarded')?.child('jabber:client', 'message')
  return message && { id: result.attributes['id'] ?? '', message }
}
