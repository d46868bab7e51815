/** XEP-0059 (1.0): Result Set Management. A page is asked for, and described, by one element. */
import { StanzaError } from '../stanza/errors.ts'
import { content, element, type Field, maybeAttribute, optional, text, type Value } from './codec.ts'

export const RSM = 'http://jabber.org/protocol/rsm'

/** A child that counts something; undefined when it is not there. */
const count = (name: string): Field<number | undefined> => {
  const field = text(RSM, name)
  return {
    read: parent => {
      const written = field.read(parent)?.trim()
      if (written === undefined) return undefined
      if (!/^\d{1,10}$/.test(written)) throw new StanzaError('bad-request', `<${name}/> must be a number`)
      return Number(written)
    },
    write: (value, into) => field.write(value === undefined ? undefined : String(value), into),
  }
}

const First = element(RSM, 'first', { index: maybeAttribute('index'), id: content() })

export const ResultSet = element(RSM, 'set', {
  max: count('max'),
  /** The page after this id. */
  after: text(RSM, 'after'),
  /** The page before this id; empty for the last page (§2.5). */
  before: text(RSM, 'before'),
  index: count('index'),
  first: optional(First),
  last: text(RSM, 'last'),
  count: count('count'),
})
export type ResultSet = Value<typeof ResultSet>

export const WHOLE_SET: ResultSet = {
  max: undefined,
  after: undefined,
  before: undefined,
  index: undefined,
  first: undefined,
  last: undefined,
  count: undefined,
}
