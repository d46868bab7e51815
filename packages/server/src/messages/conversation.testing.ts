/** For tests: what a client shows of its conversations, computed from what it was sent, however that came: live, copied, late or from history. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { MarkDisplayed } from '@plodge/xmpp/xeps/chat-markers.ts'
import { Replace } from '@plodge/xmpp/xeps/message-correct.ts'
import { Reactions } from '@plodge/xmpp/xeps/reactions.ts'
import { Receipt } from '@plodge/xmpp/xeps/receipts.ts'
import { Retract, Retracted } from '@plodge/xmpp/xeps/retract.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'

interface Shown {
  readonly author: string
  text: string | undefined
  readonly reactions: Map<string, string>
  isArrived: boolean
}

/** The message in a stanza, taken out of a copy (XEP-0280) or a result (XEP-0313); undefined for presence and the like. */
export function messageIn(text: string): Element | undefined {
  const stanza = parse(text, CLIENT)
  if (stanza.name !== 'message') return undefined
  const [wrapper] = stanza.elements
  const inner = wrapper?.child('urn:xmpp:forward:0', 'forwarded')?.child(CLIENT, 'message')
  return inner ?? stanza
}

const authorOf = ({ attributes }: Element): string => (attributes['from'] ?? '').split('@')[0] ?? ''

/** What is shown in the end, as lines; of one author only, when one is named. */
export function shown(messages: readonly Element[], author?: string): readonly string[] {
  const conversation = new Map<string, Shown>()
  const displayed = new Set<string>()
  for (const message of messages) if (author === undefined || authorOf(message) === author) apply(message, conversation, displayed)
  return [
    ...[...conversation].map(
      ([id, { author, text, reactions, isArrived }]) =>
        `${id} ${author} ${text ?? '(retracted)'} ${[...reactions].map(String).sort().join(';')}${isArrived ? ' arrived' : ''}`,
    ),
    [...displayed].sort().join(' '),
  ]
}

function apply(message: Element, conversation: Map<string, Shown>, displayed: Set<string>): void {
  const author = authorOf(message)
  const child = (name: { readonly ns: string; readonly name: string }): Element | undefined => message.child(name.ns, name.name)
  const target = (name: { readonly ns: string; readonly name: string }): Shown | undefined =>
    conversation.get(child(name)?.attributes['id'] ?? '')
  const marked = child(MarkDisplayed)?.attributes['id']
  if (marked !== undefined) displayed.add(`${author}:${marked}`)
  const arrived = target(Receipt)
  if (arrived) arrived.isArrived = true
  const reactions = child(Reactions)
  if (reactions) target(Reactions)?.reactions.set(author, reactions.elements.map(({ text }) => text).join(''))
  const retracted = target(Retract)
  // XEP-0424 §6.
  if (retracted?.author === author) retracted.text = undefined
  const body = message.child(CLIENT, 'body')?.text
  const replaced = child(Replace)
  if (replaced) {
    const original = target(Replace)
    if (original?.author === author && original.text !== undefined) original.text = child(Retracted) ? undefined : body
  } else if (child(Retracted) || (body !== undefined && !child(Retract) && !reactions)) {
    const id = message.attributes['id'] ?? ''
    conversation.set(id, { author, text: child(Retracted) ? undefined : body, reactions: new Map(), isArrived: false })
  }
}
