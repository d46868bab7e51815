/** What a notification tells (XEP-0357 §7, §10): how many messages, and no more unless the operator wants it. */
import { type DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { PUSH_SUMMARY } from '@plodge/xmpp/xeps/push.ts'

/** It passes through the hands of others: push services, and those of phone makers. */
export type PushContent = 'nothing' | 'sender' | 'text'

export interface Latest {
  readonly sender: string
  readonly text: string | undefined
}

const LONGEST_TEXT = 500

export function summaryOf(content: PushContent, count: number, latest: Latest | undefined): DataForm {
  const fields = [formField('message-count', { values: [String(count)] })]
  if (latest && content !== 'nothing') fields.push(formField('last-message-sender', { values: [latest.sender] }))
  if (latest?.text !== undefined && content === 'text') fields.push(formField('last-message-body', { values: [cut(latest.text)] }))
  return namedForm('submit', PUSH_SUMMARY, fields)
}

const cut = (text: string): string =>
  text.length > LONGEST_TEXT
    ? `${text
        .slice(0, LONGEST_TEXT)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`
    : text
