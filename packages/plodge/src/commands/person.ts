/** How an operator names a person. */

/** People paste whole addresses; the name is meant. */
export const nameIn = (text: string, domain: string): string => (text.endsWith(`@${domain}`) ? text.slice(0, -domain.length - 1) : text)
