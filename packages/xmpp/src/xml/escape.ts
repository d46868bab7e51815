/** Character data to XML text and back. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}
const SPECIAL = /[&<>'"\r]/
/** Safe inside an element; a carriage return is kept through the normalisation of line ends (XML 1.0 §2.11). */
export function escape(text: string): string {
  return SPECIAL.test(text) ? text.replaceAll(/[&<>'"\r]/g, character => ESCAPES[character] ?? character) : text
}

/** As `escape`, and white space is kept through attribute-value normalisation (XML 1.0 §3.3.3). */
export function escapeAttribute(text: string): string {
  return /[&<>'"\t\n\r]/.test(text) ? text.replaceAll(/[&<>'"\t\n\r]/g, character => ESCAPES[character] ?? character) : text
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' }

/** The five entities and character references (RFC 6120 §11.1); the text is checked already, an unknown one stays as it is. */
export function unescape(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(
    /&(?:#x0*([0-9a-fA-F]{1,6})|#0*([0-9]{1,7})|([a-z]{2,4}));/g,
    (whole, hex: string | undefined, decimal: string | undefined, name: string) => {
      if (hex === undefined && decimal === undefined) return NAMED[name] ?? whole
      const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16)
      return code > 0x10_ff_ff ? whole : String.fromCodePoint(code)
    },
  )
}
