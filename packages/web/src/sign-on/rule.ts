/** Whose name it is that a sign-on gives: by a rule that takes what is there once, is text, and fits as a whole, and refuses everything else. */
import type { PersonRule } from '../settings.ts'

/** All values that are said of a name. */
export type Said = (name: string) => readonly unknown[]

export type Ruled = { readonly kind: 'principal'; readonly principal: string } | { readonly kind: 'refused'; readonly why: string }

export function principalBy({ name, pattern, required }: PersonRule, said: Said): Ruled {
  for (const [other, value] of Object.entries(required))
    if (!said(other).includes(value)) return { kind: 'refused', why: `without the ${other} that is asked for` }
  const [value, ...others] = said(name)
  if (value === undefined) return { kind: 'refused', why: `without a ${name}` }
  // Of two names nobody knows which is meant.
  if (typeof value !== 'string' || others.length > 0) return { kind: 'refused', why: `with a ${name} that is not one name` }
  const found = pattern.exec(value)
  // A pattern that is not written from ^ to $ would find a name within another's.
  if (found?.[0] !== value || found.length !== 2 || found[1] === undefined)
    return { kind: 'refused', why: `with a ${name} that is of no one here` }
  return { kind: 'principal', principal: found[1] }
}
