/**
 * What a Ucam-WebAuth sign-on server answers, written and signed (§4.2 of the protocol's description). It shares no line with the reader in
 * packages/web, so that they cannot be wrong together.
 */
import { type KeyObject, sign } from 'node:crypto'

export interface Answer {
  readonly ver: '1' | '2' | '3'
  readonly status: string
  readonly msg: string
  readonly issue: string
  readonly id: string
  readonly url: string
  readonly principal: string
  readonly ptags: string
  readonly auth: string
  readonly sso: string
  readonly life: string
  readonly params: string
}

export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
}

/** The value of the parameter `WLS-Response`, before it is encoded for a URL. Without a key it is not signed. */
export function writeAnswer(answer: Answer, signer: SigningKey | undefined): string {
  const { ver, status, msg, issue, id, url, principal, ptags, auth, sso, life, params } = answer
  const fields = [ver, status, msg, issue, id, url, principal, ...(ver === '3' ? [ptags] : []), auth, sso, life, params]
  const over = fields.map(field => field.replaceAll('%', '%25').replaceAll('!', '%21')).join('!')
  if (!signer) return `${over}!!`
  const signature = sign('RSA-SHA1', Buffer.from(over, 'utf8'), signer.key).toString('base64')
  return `${over}!${signer.kid}!${signature.replaceAll('+', '-').replaceAll('/', '.').replaceAll('=', '_')}`
}

/** `20261102T090000Z`. */
export const stamp = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')
