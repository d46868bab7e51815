/** Inputs that once broke something, or are worth beginning from: replayed before anything new is tried. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '..', 'corpus')

export interface Seed {
  readonly file: string
  readonly text: string
}

export function seeds(kind: 'reader' | 'negotiation'): readonly Seed[] {
  const folder = join(FOLDER, kind)
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder)
    .toSorted()
    .map(file => ({ file: join(folder, file), text: readFileSync(join(folder, file), 'utf8') }))
}

/** The file it is kept in from now on. */
export function keep(kind: 'reader' | 'negotiation', name: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8)
  const file = join(FOLDER, kind, `${name}-${hash}.${kind === 'reader' ? 'xml' : 'json'}`)
  writeFileSync(file, text)
  return file
}
