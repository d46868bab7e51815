/**
 * What an app password looks like: four groups of four letters and digits, dashes between them, none of them easily taken for another: 80 bits.
 * It is exactly this text. SCRAM hashes it on the client's side, so that nothing could be forgiven here.
 */
import { randomBytes } from 'node:crypto'

/** 32 of them: without l, o, 0 and 1. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
const FORM = /^[a-km-np-z2-9]{4}(?:-[a-km-np-z2-9]{4}){3}$/

export function makeAppPassword(): string {
  const letters = Array.from(randomBytes(16), byte => LETTERS[byte % LETTERS.length]).join('')
  return letters.replace(/.{4}(?!$)/g, '$&-')
}

/** Only what looks like one is compared with them. */
export const looksLikeAppPassword = (text: string): boolean => FORM.test(text)
