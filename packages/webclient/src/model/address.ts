/** Addresses as the server writes them: normalised already, so that text compares. What a person types is the server's to judge. */

export const bareOf = (address: string): string => {
  const slash = address.indexOf('/')
  return slash < 0 ? address : address.slice(0, slash)
}

/** Undefined when there is none. */
export const resourceOf = (address: string): string | undefined => {
  const slash = address.indexOf('/')
  return slash < 0 ? undefined : address.slice(slash + 1)
}

export const localOf = (address: string): string => {
  const bare = bareOf(address)
  const at = bare.indexOf('@')
  return at < 0 ? bare : bare.slice(0, at)
}

export const domainOf = (address: string): string => {
  const bare = bareOf(address)
  return bare.slice(bare.indexOf('@') + 1)
}

/** A whole address of what somebody typed: `fanf2` is of the own domain. Undefined when it cannot be one. */
export function typedAddress(typed: string, domain: string): string | undefined {
  const text =
    typed
      .trim()
      .replace(/^xmpp:/i, '')
      .split('?')[0] ?? ''
  if (text === '' || text.length > 1023 || /[\s/"&'<>:]/.test(text) || (text.match(/@/g)?.length ?? 0) > 1) return undefined
  if (!text.includes('@')) return `${text.toLowerCase()}@${domain}`
  return /^[^@]+@[^@]+$/.test(text) ? text.toLowerCase() : undefined
}
