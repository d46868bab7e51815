/** What a message stanza says, as values: something new, a change of something earlier, or a passing sign. Everything in it is hostile until here. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { CHAT_STATES } from '@plodge/xmpp/xeps/chat-states.ts'
import { MARKERS } from '@plodge/xmpp/xeps/chat-markers.ts'
import { readDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { DELAY } from '@plodge/xmpp/xeps/delay.ts'
import { CONFERENCE, MODERATE, MUC_USER, OccupantId } from '@plodge/xmpp/xeps/muc.ts'
import { REACTIONS } from '@plodge/xmpp/xeps/reactions.ts'
import { RECEIPTS } from '@plodge/xmpp/xeps/receipts.ts'
import { RETRACT } from '@plodge/xmpp/xeps/retract.ts'
import { SID } from '@plodge/xmpp/xeps/stanza-id.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { bareOf, resourceOf } from './address.ts'
import { SFS, fileIn } from './file.ts'
import { type Change, type Message, NO_REACTIONS } from './message.ts'
import { withoutFallback } from './fallback.ts'
import { THREADS, threadIn } from './threads.ts'

const CORRECT = 'urn:xmpp:message-correct:0'
const REPLY = 'urn:xmpp:reply:0'
const MOST_TEXT = 65_536

export interface Where {
  /** One's own bare address. */
  readonly own: string
  /** Whether an occupant of a room is oneself: by the id (XEP-0421) where it is there, otherwise by the nickname. */
  readonly isMine: (room: string, nick: string, occupantId: string | undefined) => boolean
  /** When it is out of an archive: its name and time there. */
  readonly archive: string | undefined
  readonly time: number
}

type What =
  | { readonly kind: 'said'; readonly message: Message; readonly wantsReceipt: boolean }
  | { readonly kind: 'changed'; readonly change: Change }
  | { readonly kind: 'typing'; readonly isTyping: boolean }
  | { readonly kind: 'subject'; readonly subject: string }
  | {
      readonly kind: 'invited'
      readonly room: string
      readonly from: string
      readonly isMediated: boolean
      readonly reason: string | undefined
    }

export interface Heard {
  /** The bare address of the person or the room. */
  readonly conversation: string
  readonly isRoom: boolean
  readonly author: string
  readonly isMine: boolean
  readonly what: readonly What[]
}

/** Undefined when it says nothing to us. */
export function hear(stanza: Element, where: Where): Heard | undefined {
  const { from = where.own, to = where.own, type } = stanza.attributes
  const isRoom = type === 'groupchat'
  if (isRoom) {
    const conversation = bareOf(from)
    const author = resourceOf(from) ?? ''
    const isMine = author !== '' && where.isMine(conversation, author, stanza.child(OccupantId.ns, OccupantId.name)?.attributes['id'])
    return { conversation, isRoom, author, isMine, what: whatOf(stanza, where, conversation, author, isMine) }
  }
  const isMine = bareOf(from) === where.own
  const other = isMine ? to : from
  // XEP-0045 §7.5: of a whisper in a room the other side is the occupant; the room's own address would be everybody in it.
  const conversation = isWhisper(stanza) && resourceOf(other) !== undefined ? other : bareOf(other)
  const author = isMine ? where.own : conversation
  if (type === 'error') {
    const what = failureOf(stanza)
    return what && { conversation, isRoom, author, isMine: false, what: [what] }
  }
  return { conversation, isRoom, author, isMine, what: whatOf(stanza, where, conversation, author, isMine) }
}

function isWhisper(stanza: Element): boolean {
  const user = stanza.child(MUC_USER, 'x')
  return user !== undefined && !user.child(MUC_USER, 'invite') && !user.child(MUC_USER, 'decline')
}

function failureOf(stanza: Element): What | undefined {
  const { id } = stanza.attributes
  if (id === undefined) return undefined
  const { condition, text } = StanzaError.from(stanza.child(CLIENT, 'error'))
  const delivery = { kind: 'failed', why: text ?? condition } as const
  return { kind: 'changed', change: { kind: 'reach', target: id, by: '', isMine: false, delivery, upTo: false } }
}

function whatOf(stanza: Element, where: Where, conversation: string, author: string, isMine: boolean): readonly What[] {
  const what: What[] = []
  const who = { by: author, isMine }
  const state = stanza.elements.find(({ ns }) => ns === CHAT_STATES)
  if (state && where.archive === undefined && !stanza.child(DELAY, 'delay'))
    what.push({ kind: 'typing', isTyping: state.name === 'composing' })
  const reached = reachOf(stanza)
  if (reached) what.push({ kind: 'changed', change: { ...who, ...reached } })
  const reactions = stanza.child(REACTIONS, 'reactions')
  if (reactions?.attributes['id'] !== undefined) {
    const signs = reactions.childrenNamed(REACTIONS, 'reaction').map(({ text }) => text.trim())
    what.push({ kind: 'changed', change: { ...who, kind: 'react', target: reactions.attributes['id'], signs: signs.filter(isSign) } })
    return what
  }
  const removal = removalOf(stanza, author, conversation, isMine)
  if (removal) return [...what, { kind: 'changed', change: removal }]
  const invited = stanza.child(MUC_USER, 'x')?.child(MUC_USER, 'invite') ?? stanza.child(CONFERENCE, 'x')
  if (invited) return [...what, invitationOf(stanza, invited)]
  const message = messageIn(stanza, where, conversation, author, isMine)
  if (message) {
    const target = stanza.child(CORRECT, 'replace')?.attributes['id']
    const { text, file, time } = message
    if (target !== undefined) what.push({ kind: 'changed', change: { ...who, kind: 'edit', target, text, file, time } })
    else what.push({ kind: 'said', message, wantsReceipt: stanza.child(RECEIPTS, 'request') !== undefined })
  } else {
    const subject = stanza.child(CLIENT, 'subject')
    if (subject && !stanza.child(CLIENT, 'thread')) what.push({ kind: 'subject', subject: subject.text.slice(0, 1000) })
  }
  return what
}

/** XEP-0444 §3.1: an emoji, not a sentence. */
const isSign = (text: string): boolean =>
  text !== '' && text.length <= 24 && !/[\p{L}\p{N}\s<>]/u.test(text.replaceAll(/[0-9#*]\uFE0F?\u20E3/gu, ''))

function reachOf(stanza: Element): { kind: 'reach'; target: string; delivery: Message['delivery']; upTo: boolean } | undefined {
  const received = stanza.child(RECEIPTS, 'received')?.attributes['id']
  if (received !== undefined) return { kind: 'reach', target: received, delivery: { kind: 'delivered' }, upTo: false }
  const displayed = stanza.child(MARKERS, 'displayed')?.attributes['id']
  return displayed === undefined ? undefined : { kind: 'reach', target: displayed, delivery: { kind: 'read' }, upTo: true }
}

function removalOf(stanza: Element, author: string, conversation: string, isMine: boolean): Change | undefined {
  const retract = stanza.child(RETRACT, 'retract')
  const target = retract?.attributes['id']
  if (!retract || target === undefined) return undefined
  const moderated = retract.child(MODERATE, 'moderated')
  const reason = retract.child(RETRACT, 'reason')?.text
  // XEP-0425 §4: only the room itself says that somebody moderated.
  const isModerated = moderated !== undefined && stanza.attributes['from'] === conversation
  const by = moderated?.attributes['by']
  return { kind: 'remove', target, by: isModerated ? (resourceOf(by ?? '') ?? '') : author, isMine, reason, isModerated }
}

function invitationOf(stanza: Element, invitation: Element): What {
  const isMediated = invitation.name === 'invite'
  const room = isMediated ? stanza.attributes['from'] : invitation.attributes['jid']
  const reason = isMediated ? invitation.child(MUC_USER, 'reason')?.text : invitation.attributes['reason']
  // §7.8.2: of an invitation by way of the room, the room says whose it is.
  const from = (isMediated ? invitation.attributes['from'] : undefined) ?? stanza.attributes['from'] ?? ''
  return { kind: 'invited', room: bareOf(room ?? ''), from: bareOf(from), isMediated, reason: reason?.slice(0, 1000) }
}

function messageIn(stanza: Element, where: Where, conversation: string, author: string, isMine: boolean): Message | undefined {
  const body = stanza.child(CLIENT, 'body')?.text
  const file = fileIn(stanza)
  const tombstone = stanza.child(RETRACT, 'retracted')
  if (body === undefined && !file && !tombstone) return undefined
  const { id } = stanza.attributes
  const archivist = stanza.attributes['type'] === 'groupchat' ? conversation : where.own
  // XEP-0359 §5: only what the archive itself says is believed.
  const stanzaId = stanza.childrenNamed(SID, 'stanza-id').find(({ attributes }) => attributes['by'] === archivist)?.attributes['id']
  const archive = where.archive ?? stanzaId
  const named = stanza.child(SID, 'origin-id')?.attributes['id'] ?? id
  const reply = stanza.child(REPLY, 'reply')
  return {
    key: archive ?? named ?? crypto.randomUUID(),
    archive,
    id: id ?? named,
    author,
    isMine,
    time: delayOf(stanza) ?? where.time,
    text: textOf(stanza, body, file).slice(0, MOST_TEXT),
    asks: stanza.child(MARKERS, 'markable') !== undefined,
    file,
    reply: reply?.attributes['id'] === undefined ? undefined : { id: reply.attributes['id'], to: reply.attributes['to'] },
    thread: stanza.attributes['type'] === 'groupchat' ? threadIn(stanza) : undefined,
    delivery: { kind: 'server' },
    edited: undefined,
    removed: tombstone && { by: undefined, reason: undefined },
    reactions: NO_REACTIONS,
  }
}

/** What a person wrote, without what is there for clients that know no files or replies. */
function textOf(stanza: Element, body: string | undefined, file: Message['file']): string {
  if (body === undefined || body.trim() === file?.url) return ''
  return withoutFallback(file ? withoutFallback(body, stanza, SFS) : body, stanza, REPLY, THREADS)
}

const delayOf = (stanza: Element): number | undefined => readDateTime(stanza.child(DELAY, 'delay')?.attributes['stamp'] ?? '')
