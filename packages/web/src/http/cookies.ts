/** Cookies, read strictly and written so that no other site and no other host can set them (`__Host-`, RFC 6265bis §4.1.3.2). */

/** Undefined when it is not there, or there twice: of two, one is not ours. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
    .map(pair => pair.slice(name.length + 1))
  const [value, ...others] = values
  return value !== undefined && others.length === 0 && /^[\w-]{1,128}$/.test(value) ? value : undefined
}

/** `None` comes along whoever asks, `Lax` when a person is sent here from another site; `Strict` does not even then. */
export type SameSite = 'None' | 'Lax' | 'Strict'

export function setCookie(name: string, value: string, sameSite: SameSite, seconds?: number): string {
  const age = seconds === undefined ? '' : `; Max-Age=${seconds}`
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${age}`
}

export const clearCookie = (name: string, sameSite: SameSite): string => setCookie(name, '', sameSite, 0)
