/** XEP-0474 (0.5.0): what a server says it offered, so that a client sees whether somebody changed the lists on the way. */

/** §5.1: the text of which the base64 hash, by the hash of the mechanism in use, is the attribute `h` of the first message of the server. */
export function downgradeText(mechanisms: readonly string[], bindings: readonly string[]): string {
  const listed = [...mechanisms].sort(byOctets).join('\x1e')
  return bindings.length > 0 ? `${listed}\x1f${[...bindings].sort(byOctets).join('\x1e')}` : listed
}

/** RFC 4790 §9.3; the names are ASCII (RFC 4422 §3.1). */
const byOctets = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
