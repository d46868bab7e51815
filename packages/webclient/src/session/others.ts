/** What others ask of this client: what it can do (XEP-0030, XEP-0115). To everything else it says so too (RFC 6120 §8.2.3). */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { BOOKMARKS } from '@plodge/xmpp/xeps/bookmarks.ts'
import { CAPS, verificationString } from '@plodge/xmpp/xeps/caps.ts'
import { CHAT_STATES } from '@plodge/xmpp/xeps/chat-states.ts'
import { MARKERS } from '@plodge/xmpp/xeps/chat-markers.ts'
import { DISCO_INFO, DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { CONFERENCE } from '@plodge/xmpp/xeps/muc.ts'
import { PING } from '@plodge/xmpp/xeps/ping.ts'
import { REACTIONS } from '@plodge/xmpp/xeps/reactions.ts'
import { RECEIPTS } from '@plodge/xmpp/xeps/receipts.ts'
import { RETRACT } from '@plodge/xmpp/xeps/retract.ts'
import { Element } from '@plodge/xmpp/xml/element.ts'
import { THREADS } from '../model/threads.ts'
import type { Desk } from './desk.ts'
import { DISPLAYED } from './read-marks.ts'

const NODE = 'https://plodge.example/web'
const INFO: DiscoInfo = {
  node: undefined,
  identities: [{ category: 'client', type: 'web', name: 'Plodge', lang: undefined }],
  features: [
    DISCO_INFO,
    CAPS,
    PING,
    RECEIPTS,
    MARKERS,
    CHAT_STATES,
    REACTIONS,
    RETRACT,
    CONFERENCE,
    'urn:xmpp:message-correct:0',
    'urn:xmpp:reply:0',
    `${DISPLAYED}+notify`,
    `${BOOKMARKS}+notify`,
    `${THREADS}+notify`,
  ],
  forms: [],
}

/** The hash that stands for INFO. */
export async function capabilities(): Promise<Element> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(verificationString(INFO)))
  const ver = btoa(String.fromCharCode(...new Uint8Array(digest)))
  return new Element(CAPS, 'c', { hash: 'sha-1', node: NODE, ver })
}

export function answer(desk: Desk, question: Element): void {
  const { id = '', from, type } = question.attributes
  if (type !== 'get' && type !== 'set') return
  const to = from === undefined ? {} : { to: from }
  const [payload] = question.elements
  const reply = (kind: 'result' | 'error', children: readonly Element[]): void =>
    desk.send(new Element(CLIENT, 'iq', { type: kind, id, ...to }, children))
  if (type === 'get' && payload?.ns === PING) return reply('result', [])
  if (type === 'get' && payload?.ns === DISCO_INFO) return reply('result', [DiscoInfo.write({ ...INFO, node: payload.attributes['node'] })])
  return reply('error', [new StanzaError('service-unavailable').toElement()])
}
