/** Whether what a device says of itself is what its hash stands for (XEP-0115 §5.4, XEP-0390 §4). */
import { createHash } from 'node:crypto'
import { verificationString } from '@plodge/xmpp/xeps/caps.ts'
import { hashInput } from '@plodge/xmpp/xeps/caps2.ts'
import { formType } from '@plodge/xmpp/xeps/data-form.ts'
import type { DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'

/** As XEP-0300 names them, and as Node does. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  'sha-1': 'sha1',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
  'sha3-256': 'sha3-256',
  'sha3-512': 'sha3-512',
  'blake2b-512': 'blake2b512',
}

const hash = (text: string, algorithm: string): string | undefined => {
  const name = ALGORITHMS[algorithm]
  return name === undefined ? undefined : createHash(name).update(text, 'utf8').digest('base64')
}

/** XEP-0115 §5.4; what has anything twice is ill-formed. */
export function isOf(info: DiscoInfo, algorithm: string, ver: string): boolean {
  const identities = info.identities.map(({ category, type, lang = '' }) => `${category}/${type}/${lang}`)
  const forms = info.forms.flatMap(form => formType(form) ?? [])
  if ([identities, info.features, forms].some(list => new Set(list).size < list.length)) return false
  return hash(verificationString(info), algorithm) === ver
}

export const isOf2 = (info: DiscoInfo, algorithm: string, value: string): boolean => hash(hashInput(info), algorithm) === value
