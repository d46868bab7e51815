/** The two parts of an address that people choose, local and resource, in the form that is kept (RFC 7622 §3.3, §3.4). */
import { opaqueString, usernameCaseMapped } from './precis.ts'

const LONGEST = 1023
const FORBIDDEN = 0
const RESOURCE = 1
const LOCAL = 2
const CAPITAL = 3
/** What each ASCII character may be in; RFC 7622 §3.3.1 keeps some printable ones out of the local part. */
const KIND = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code < 0x20 || code === 0x7f) return FORBIDDEN
  if (code === 0x20 || `"&'/:<>@`.includes(String.fromCharCode(code))) return RESOURCE
  return code >= 0x41 && code <= 0x5a ? CAPITAL : LOCAL
})
const EXCLUDED = /["&'/:<>@]/

export function localpart(text: string): string | undefined {
  let hasCapital = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return international(text)
    const kind = KIND[code]
    if (kind === CAPITAL) hasCapital = true
    else if (kind !== LOCAL) return undefined
  }
  if (text.length > LONGEST || text.length === 0) return undefined
  return hasCapital ? text.toLowerCase() : text
}

/** The excluded characters are looked for again after the mapping: a fullwidth `＠` has become one. */
function international(text: string): string | undefined {
  const name = usernameCaseMapped(text)
  return name !== undefined && !EXCLUDED.test(name) && fits(name) ? name : undefined
}

export function resourcepart(text: string): string | undefined {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) {
      const resource = opaqueString(text)
      return resource !== undefined && fits(resource) ? resource : undefined
    }
    if (KIND[code] === FORBIDDEN) return undefined
  }
  return text.length > LONGEST || text.length === 0 ? undefined : text
}

/** RFC 7622 §3.3.1: 1023 octets, counted after the mapping. */
const fits = (text: string): boolean => text.length <= LONGEST && new TextEncoder().encode(text).length <= LONGEST
