/** Which messages are worth waking a phone for: words, also encrypted ones, invitations and calls. Never a typing notice or a receipt. */
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { textElement } from '@plodge/xmpp/xeps/codec.ts'

const Body = textElement(CLIENT, 'body')

const CALLS: ReadonlyMap<string, string> = new Map([
  ['urn:xmpp:jingle-message:0', 'propose'],
  ['urn:xmpp:call-invites:0', 'invite'],
])
const WORDS: ReadonlyMap<string, string> = new Map([
  ['eu.siacs.conversations.axolotl', 'encrypted'],
  ['urn:xmpp:omemo:1', 'encrypted'],
  ['urn:xmpp:omemo:2', 'encrypted'],
  ['urn:xmpp:openpgp:0', 'openpgp'],
  ['jabber:x:encrypted', 'x'],
  ['jabber:x:conference', 'x'],
])

export function wakes(message: Stanza): 'call' | 'words' | undefined {
  const { type } = message
  if (type === 'error' || type === 'headline' || type === 'groupchat') return undefined
  let result: 'words' | undefined
  for (const { ns, name } of message.children) {
    if (CALLS.get(ns) === name) return 'call'
    if (WORDS.get(ns) === name) result = 'words'
  }
  return result ?? (message.has(Body) && message.get(Body) !== '' ? 'words' : undefined)
}

/** For those who want the text in the notification; encrypted messages have none to show. */
export const textOf = (message: Stanza): string | undefined =>
  message.children.some(({ ns, name }) => WORDS.get(ns) === name) ? undefined : message.get(Body)
