/** A message of history as a person reads it: when, who, and what. */
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Element } from '@plodge/xmpp/xml/element.ts'
import { parse } from '@plodge/xmpp/xml/parse.ts'
import type { ArchivedMessage } from '../storage/repositories.ts'
import { html, webLink } from './html.ts'

export interface Said {
  /** Milliseconds since 1970. */
  readonly time: number
  /** A bare address, with the nickname of a room. */
  readonly who: string
  readonly isOwn: boolean
  readonly text: string
  /** What is to be said about it. */
  readonly remark: string | undefined
  /** Addresses of files. */
  readonly urls: readonly string[]
}

const REMARKS: readonly (readonly [ns: string, name: string, remark: string])[] = [
  ['urn:xmpp:message-correct:0', 'replace', 'a correction of what was said before'],
  ['urn:xmpp:message-retract:1', 'retracted', 'taken back'],
  ['urn:xmpp:message-moderate:1', 'moderated', 'taken back by a moderator'],
  ['urn:xmpp:message-retract:1', 'retract', 'took something back'],
  ['urn:xmpp:reactions:0', 'reactions', 'a reaction'],
  ['eu.siacs.conversations.axolotl', 'encrypted', 'encrypted: only devices can read it'],
  ['urn:xmpp:omemo:2', 'encrypted', 'encrypted: only devices can read it'],
  ['urn:xmpp:openpgp:0', 'openpgp', 'encrypted: only devices can read it'],
  ['urn:xmpp:jingle-message:0', 'propose', 'a call'],
]
const OOB = 'jabber:x:oob'
const REACTIONS = 'urn:xmpp:reactions:0'

/** Undefined for what says nothing to a person: receipts, markers. */
export function readSaid({ id, stanza }: ArchivedMessage, own: string): Said | undefined {
  const message = parse(stanza, CLIENT)
  const from = Jid.parse(message.attributes['from'] ?? '')
  const text = textOf(message)
  const remark = REMARKS.find(([ns, name]) => message.child(ns, name))?.[2]
  const urls = message.childrenNamed(OOB, 'x').flatMap(oob => oob.child(OOB, 'url')?.text ?? [])
  if (text === '' && remark === undefined && urls.length === 0) return undefined
  const isRoom = message.attributes['type'] === 'groupchat'
  const who = from ? (isRoom ? from.full : from.bare) : '?'
  return { time: Math.floor(id / 1000), who, isOwn: who === own, text, remark, urls: urls.filter(url => url !== text) }
}

function textOf(message: Element): string {
  const body = message.child(CLIENT, 'body')?.text ?? ''
  if (body !== '') return body
  const subject = message.child(CLIENT, 'subject')?.text ?? ''
  if (subject !== '') return `Subject: ${subject}`
  const reactions = message.child(REACTIONS, 'reactions')
  return reactions
    ? reactions
        .childrenNamed(REACTIONS, 'reaction')
        .map(({ text }) => text.trim())
        .join(' ')
    : ''
}

const clock = (time: number): string => new Date(time).toISOString().slice(11, 16)
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

export function saidAsHtml({ time, who, isOwn, text, remark, urls }: Said): string {
  const parts = [
    `<b>${html(who)}</b> <time datetime="${new Date(time).toISOString()}">${clock(time)}</time>`,
    ...(remark === undefined ? [] : [` <span class="dim">(${html(remark)})</span>`]),
    ...(text === '' ? [] : [`<p>${/^https?:\/\/\S+$/i.test(text) ? webLink(text) : html(text)}</p>`]),
    ...urls.map(url => `<p>${webLink(url)}</p>`),
  ]
  return `<div class="m${isOwn ? ' own' : ''}">${parts.join('')}</div>\n`
}

export const saidAsText = ({ time, who, text, remark, urls }: Said): string =>
  `${dayOf(time)} ${clock(time)}  ${who}${remark === undefined ? '' : ` (${remark})`}: ${[text, ...urls]
    .filter(part => part !== '')
    .join('\n    ')
    .replaceAll('\n', '\n    ')}\n`
