/**
 * What a Ucam-WebAuth sign-on server answers (protocol versions 1 to 3), read strictly: fields joined by `!`, in which only `%` and `!`
 * are encoded. What this reads is well-formed, and nothing more; verify.ts says whether to believe it.
 */

export type Version = 1 | 2 | 3

export interface WlsResponse {
  readonly version: Version
  readonly status: number
  readonly message: string
  /** When, in milliseconds since 1970; with `id`, unique. */
  readonly issued: number
  readonly id: string
  readonly url: string
  readonly principal: string
  /** What the sign-on server knows of the person (version 3). */
  readonly tags: readonly string[]
  /** How the person proved just now who it is. */
  readonly auth: string
  /** How it did before, when it was not asked again. */
  readonly sso: readonly string[]
  /** For how many seconds the sign-on server still believes it. */
  readonly life: number | undefined
  readonly params: string
  readonly signature: Signature | undefined
}

export interface Signature {
  /** Which key is said to have signed. */
  readonly kid: string
  readonly bytes: Buffer
  /** What it is over: the fields before it, as they were written. */
  readonly over: string
}

/** Far more than any sign-on server says. */
const MOST_CHARACTERS = 4096
const FIELDS: Readonly<Record<string, number>> = { 1: 13, 2: 13, 3: 14 }
/** A key's id becomes part of no file name, but the rule is old and good. */
const KID = /^[1-9][0-9]{0,7}$/
const BASE64 = /^[A-Za-z0-9.-]+_{0,2}$/

/** Undefined when it is not what such a server could have written. */
export function readResponse(text: string): WlsResponse | undefined {
  if (text.length > MOST_CHARACTERS) return undefined
  const encoded = text.split('!')
  const ver = encoded[0] ?? ''
  if (FIELDS[ver] !== encoded.length) return undefined
  const fields = encoded.map(decodeField)
  if (!fields.every(field => field !== undefined)) return undefined
  const version = Number(ver) as Version
  // Only version 3 has tags.
  const [
    ,
    status = '',
    message = '',
    issue = '',
    id = '',
    url = '',
    principal = '',
    ptags = '',
    auth = '',
    sso = '',
    life = '',
    params = '',
  ] = version === 3 ? fields : fields.toSpliced(7, 0, '')
  const issued = readTime(issue)
  const signature = readSignature(encoded)
  if (!/^[1-9][0-9]{2}$/.test(status) || issued === undefined || id === '' || url === '' || signature === 'malformed') return undefined
  if (!/^[0-9]{0,9}$/.test(life)) return undefined
  return {
    version,
    status: Number(status),
    message,
    issued,
    id,
    url,
    principal,
    tags: listOf(ptags),
    auth,
    sso: listOf(sso),
    life: life === '' ? undefined : Number(life),
    params,
    signature,
  }
}

const listOf = (field: string): readonly string[] => (field === '' ? [] : field.split(','))

/** Undefined when writing it again would give another text: a signature must not be good for two. */
function decodeField(field: string): string | undefined {
  if (/%(?!2[15])/.test(field)) return undefined
  return field.replaceAll('%21', '!').replaceAll('%25', '%')
}

/** The last two fields; a failure need not be signed, and then has neither. */
function readSignature(encoded: readonly string[]): Signature | undefined | 'malformed' {
  const [kid = '', text = ''] = encoded.slice(-2)
  if (kid === '' && text === '') return undefined
  if (!KID.test(kid) || !BASE64.test(text) || text.length % 4 !== 0) return 'malformed'
  const bytes = Buffer.from(text.replaceAll('-', '+').replaceAll('.', '/').replaceAll('_', '='), 'base64')
  return { kid, bytes, over: encoded.slice(0, -2).join('!') }
}

/** `20141007T144208Z`, a day that exists. */
export function readTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  if (year === undefined) return undefined
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) || writeTime(time) !== text ? undefined : time
}

export const writeTime = (time: number): string => new Date(time).toISOString().replaceAll(/\.\d+|[-:]/g, '')
