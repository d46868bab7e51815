/** The domain of an address (RFC 7622 §3.2): a name in its own letters (U-labels of IDNA2008), or an IP address. */
import { isIdentifier } from './code-points.ts'
import { mapWidth } from './precis.ts'
import { decodePunycode } from './punycode.ts'

const LONGEST = 1023
const LONGEST_LABEL = 63
const MAX_KNOWN = 4096
let known = new Map<string, string>()

// Hyphens in the third and fourth place are let pass: such names are in use, and only `xn--` says something (RFC 5891 §4.2.3.1).
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
const LAST_DOT = /[.\u3002\uff0e\uff61]$/
const PLAIN = /^[A-Za-z0-9.-]+$/
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const IPV6 = /^\[[0-9A-Fa-f:.]{2,45}\]$/
// RFC 5892 §2.4: musical and enclosing marks, letters by their category.
const IGNORABLE_BLOCKS = /[\u20d0-\u20ff\u{1d100}-\u{1d1ff}\u{1d200}-\u{1d24f}]/u
const NOT_IN_LABELS = /[\0-,/:-`{-\x7f]/

/** Most domains are seen again and again, so they are remembered: one text for all addresses of a domain, and nothing to check. */
export function domainpart(text: string): string | undefined {
  const found = known.get(text)
  if (found !== undefined) return found
  // RFC 7622 §3.2: one dot at the end is dropped.
  const name = LAST_DOT.test(text) ? text.slice(0, -1) : text
  if (name.length === 0 || name.length > LONGEST) return undefined
  const domain = IPV6.test(name) ? ipv6(name) : PLAIN.test(name) ? plain(name) : international(name)
  if (domain === undefined || domain.length > LONGEST) return undefined
  if (known.size >= MAX_KNOWN) known = new Map()
  // Joined and cut again it is a text of its own, and does not hold the stanza it was cut from in memory.
  const own = `${domain}.`.slice(0, -1)
  known.set(domain === text ? own : `${text}.`.slice(0, -1), own)
  return own
}

function plain(name: string): string | undefined {
  const lower = name.toLowerCase()
  const labels = lower.split('.')
  if (!labels.every(label => LABEL.test(label))) return undefined
  if (labels.some(label => label.startsWith('xn--'))) return international(lower)
  // A last label of digits alone is no name (RFC 1123 §2.1), so that nothing looks like an address and is none.
  return /^\d+$/.test(labels.at(-1) ?? '') && !IPV4.test(lower) ? undefined : lower
}

function ipv6(literal: string): string | undefined {
  return URL.parse(`http://${literal}`)?.hostname
}

/** The labels must come back from the DNS form as they went in: so no mapping of the URL that IDNA2008 does not know gets through. */
function international(text: string): string | undefined {
  const name = mapWidth(text).toLowerCase().normalize('NFC').replaceAll('\u3002', '.')
  const labels = name.split('.').map(label => (label.startsWith('xn--') ? fromALabel(label) : label))
  if (!labels.every((label): label is string => label !== undefined && isLabel(label))) return undefined
  const wanted = labels.join('.')
  if (PLAIN.test(wanted)) return plain(wanted)
  const ascii = URL.parse(`http://${wanted}`)?.hostname
  const back = ascii
    ?.split('.')
    .map(label => (label.length > LONGEST_LABEL ? undefined : label.startsWith('xn--') ? fromALabel(label) : label))
  return back?.join('.') === wanted && new TextEncoder().encode(wanted).length <= LONGEST ? wanted : undefined
}

/** An A-label stands for letters that ASCII does not have, or it is none (RFC 5890 §2.3.2.1). */
function fromALabel(label: string): string | undefined {
  const decoded = label.length > LONGEST_LABEL ? undefined : decodePunycode(label.slice(4))
  return decoded === undefined || /^[\0-\x7f]*$/.test(decoded) ? undefined : decoded
}

function isLabel(label: string): boolean {
  if (PLAIN.test(label)) return LABEL.test(label)
  return (
    isIdentifier(label) &&
    !NOT_IN_LABELS.test(label) &&
    !IGNORABLE_BLOCKS.test(label) &&
    label === label.toLowerCase() &&
    !/^-|^..--|-$/u.test(label)
  )
}
