/** Character references in a page's text (HTML §13.5): numbers all, names those that titles have. What is unknown stays as it is written. */

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  hellip: '…',
  middot: '·',
  bull: '•',
  copy: '©',
  reg: '®',
  trade: '™',
  times: '×',
  deg: '°',
  euro: '€',
  pound: '£',
  szlig: 'ß',
  aelig: 'æ',
  oslash: 'ø',
  aring: 'å',
}
/** `eacute` is an e and its accent. */
const ACCENTS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  uml: '\u0308',
  tilde: '\u0303',
  cedil: '\u0327',
}

export const textOf = (html: string): string =>
  html.replace(/&(?:#(\d{1,10})|#x([\da-f]{1,8})|([a-z]{2,8}));?/gi, (written, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named(name) ?? written
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) || point === 0 ? '\ufffd' : String.fromCodePoint(point)
  })

function named(name: string): string | undefined {
  if (Object.hasOwn(NAMED, name)) return NAMED[name]
  const accent = name.slice(1)
  return Object.hasOwn(ACCENTS, accent) ? `${name[0]}${ACCENTS[accent]}`.normalize('NFC') : undefined
}
