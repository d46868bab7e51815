/** XEP-0428 (0.2.1): Fallback Indication: what of a text is there for clients that do not understand something else in the message. */
import { element, many, maybeAttribute, type Value } from './codec.ts'

export const FALLBACK = 'urn:xmpp:fallback:0'

/** In code points; without either it is all of the text. */
const region = (name: string) => element(FALLBACK, name, { start: maybeAttribute('start'), end: maybeAttribute('end') })

export const Fallback = element(FALLBACK, 'fallback', {
  for: maybeAttribute('for'),
  subject: many(region('subject')),
  body: many(region('body')),
})

/** §3.1: one that names no part is of all texts. */
export const isOfWhole = (text: 'body' | 'subject', fallback: Value<typeof Fallback>): boolean =>
  fallback.body.length + fallback.subject.length === 0 || fallback[text].some(({ start, end }) => start === undefined && end === undefined)
