/** The client's half of SCRAM-SHA-1 (RFC 5802) for the one password of the bench, with its slow key derived beforehand. */

import { createHmac, randomBytes } from 'node:crypto'
import { iterations, keys, salt } from '../people.ts'

export interface Scram {
  /** The `<auth/>` payload, base64. */
  readonly first: string
  /** The payload that answers the server's challenge, both base64. */
  answer(challenge: string): string
}

export function scram(name: string): Scram {
  const nonce = randomBytes(18).toString('base64')
  const bare = `n=${name},r=${nonce}`
  return {
    first: base64(`n,,${bare}`),
    answer(challenge) {
      const serverFirst = Buffer.from(challenge, 'base64').toString()
      const expected = `,s=${salt.toString('base64')},i=${iterations}`
      // What follows are extensions (XEP-0474), which a client may pass over (RFC 5802 §5.1).
      if (!`${serverFirst},`.includes(`${expected},`)) throw new Error(`The server keeps other keys than the bench gave it: ${serverFirst}`)
      const withoutProof = `c=${base64('n,,')},${serverFirst.slice(0, serverFirst.indexOf(','))}`
      const signature = createHmac('sha1', keys.storedKey).update(`${bare},${serverFirst},${withoutProof}`).digest()
      const proof = keys.clientKey.map((byte, at) => byte ^ signature[at]!)
      return base64(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`)
    },
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
