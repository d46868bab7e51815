/** Which messages are worth waking a phone for: words, also encrypted ones, invitations and calls. Never a typing notice or a receipt. */
import { MUC_USER } from '@plodge/xmpp/xeps/muc.ts'
import { CLIENT, type Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { textElement } from '@plodge/xmpp/xeps/codec.ts'
import { FALLBACK, Fallback, isOfWhole } from '@plodge/xmpp/xeps/fallback.ts'
import { isInvitation, KINDS, kindOf } from '../../messages/kinds.ts'

const Body = textElement(CLIENT, 'body')

export function wakes(message: Stanza): 'call' | 'words' | undefined {
  const { type } = message
  if (type === 'error' || type === 'headline' || type === 'groupchat') return undefined
  let result: 'words' | undefined
  for (const child of message.children) {
    const { wakes } = kindOf(child)
    if (wakes === 'call') return 'call'
    if (wakes && (child.ns !== CLIENT || hasWords(message))) result = 'words'
    else if (child.ns === MUC_USER && isInvitation(message)) result = 'words'
  }
  return result
}

/** XEP-0428: what stands in a reaction for clients that know none is nobody's words. What it is a fallback for says whether it wakes. */
function hasWords(message: Stanza): boolean {
  if (message.get(Body) === '') return false
  if (!message.hasNamespace(FALLBACK)) return true
  return !message.all(Fallback).some(fallback => isOfWhole('body', fallback) && fallback.for !== undefined && KINDS.has(fallback.for))
}

/** For those who want the text in the notification; encrypted messages have none to show. */
export const textOf = (message: Stanza): string | undefined =>
  message.children.some(child => kindOf(child).wakes === 'secret') ? undefined : message.get(Body)
