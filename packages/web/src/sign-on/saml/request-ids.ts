/**
 * The ids of questions to a SAML identity provider. An answer names the question that it answers; the id itself says which browser asked, so that
 * nothing is kept here until the answer comes.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { OwnWords } from '../sign-on.ts'

const MARK = /^_([\w-]{22})([\w-]{43})$/

/** An id that begins with a letter or `_`, as XML has it. */
export function newRequestId(own: OwnWords): string {
  const random = randomBytes(16).toString('base64url')
  return `_${random}${proofOf(random, own)}`
}

export function isRequestOf(own: OwnWords, id: string): boolean {
  const [, random = '', proof = ''] = MARK.exec(id) ?? []
  return random !== '' && timingSafeEqual(Buffer.from(proof), Buffer.from(proofOf(random, own)))
}

const proofOf = (random: string, own: OwnWords): string =>
  createHash('sha256')
    .update(`${random} ${own('saml request')}`)
    .digest('base64url')
