/** Where in a TOML text each key stands: the parser does not say, and a person wants to know. For text that the parser has taken. */

/** Lines, counted from 1, by dotted name of key or table. */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  let table: readonly string[] = []
  let open: string | undefined
  let depth = 0
  for (const [i, line] of text.split('\n').entries()) {
    if (open !== undefined) {
      const end = line.indexOf(open)
      if (end < 0) continue
      open = undefined
      continue
    }
    const isInside = depth > 0
    const header = isInside ? null : /^\s*\[\[?(.+?)\]\]?\s*(?:#.*)?$/.exec(line)
    if (header) {
      table = namesOf(header[1] ?? '')
      lines.set(table.join('.'), i + 1)
      continue
    }
    const assignment = isInside ? undefined : splitAssignment(line)
    if (assignment) addNames(lines, [...table, ...assignment.names], i + 1)
    const value = assignment?.value ?? (isInside ? line : '')
    open = openString(value)
    depth += bracketsOf(value)
  }
  return lines
}

/** A dotted key makes the tables it names, too. */
function addNames(lines: Map<string, number>, names: readonly string[], line: number): void {
  for (let n = 1; n <= names.length; n++) {
    const name = names.slice(0, n).join('.')
    if (!lines.has(name)) lines.set(name, line)
  }
}

const NAME = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*/y

/** The parts of a dotted name, quotes taken off. */
function namesOf(text: string): string[] {
  const names: string[] = []
  for (let at = 0; at < text.length; at++) {
    NAME.lastIndex = at
    const found = NAME.exec(text)
    if (!found) break
    names.push(found[1] ?? found[2] ?? found[3] ?? '')
    at = NAME.lastIndex
    if (text[at] !== '.') break
  }
  return names
}

function splitAssignment(line: string): { readonly names: readonly string[]; readonly value: string } | undefined {
  const found = /^\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_.\s-])+?)\s*=(.*)$/.exec(line)
  return found ? { names: namesOf(found[1] ?? ''), value: found[2] ?? '' } : undefined
}

/** The quotes that end a multi-line string begun here and not ended. */
function openString(value: string): string | undefined {
  for (const quotes of ['"""', "'''"]) {
    const start = value.indexOf(quotes)
    if (start >= 0 && !value.includes(quotes, start + 3)) return quotes
  }
  return undefined
}

/** How many arrays or tables are open after the text, its strings and comments left out. */
function bracketsOf(value: string): number {
  const bare = value.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|#.*$/g, '')
  return (bare.match(/[[{]/g)?.length ?? 0) - (bare.match(/[\]}]/g)?.length ?? 0)
}
