/** Numbers in payloads: counts of things, never negative, short enough to be exact. */
import { StanzaError } from '../stanza/errors.ts'
import { type Field, maybeAttribute, text } from './codec.ts'

/** A count in an attribute; undefined when it is not given. */
export const maybeCount = (name: string): Field<number | undefined> => counted(maybeAttribute(name), name)

/** A count as the text of a child; undefined when it is not there. */
export const countChild = (ns: string, name: string): Field<number | undefined> => counted(text(ns, name), name)

export const count = (name: string): Field<number> => {
  const field = maybeCount(name)
  return {
    read: element => {
      const number = field.read(element)
      if (number === undefined) throw new StanzaError('bad-request', `${name} is missing`)
      return number
    },
    write: (value, into) => field.write(value, into),
  }
}

const counted = (written: Field<string | undefined>, name: string): Field<number | undefined> => ({
  read: element => {
    const digits = written.read(element)?.trim()
    if (digits === undefined) return undefined
    if (!/^\d{1,15}$/.test(digits)) throw new StanzaError('bad-request', `${name} must be a number`)
    return Number(digits)
  },
  write: (value, into) => written.write(value === undefined ? undefined : String(value), into),
})
