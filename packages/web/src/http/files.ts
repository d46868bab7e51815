/** The pages, read once: a handful of small files by name, no path of a request ever becomes a path of the disk. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reply } from './reply.ts'

const FOLDER = join(import.meta.dirname, '../page')
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/chat.js': ['chat.js', 'text/javascript; charset=utf-8'],
  '/stream.js': ['stream.js', 'text/javascript; charset=utf-8'],
  '/chat.css': ['chat.css', 'text/css; charset=utf-8'],
}

export function readFiles(): ReadonlyMap<string, Reply> {
  return new Map(
    Object.entries(FILES).map(([path, [file, type]]) => [
      path,
      { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'no-cache' }, body: readFileSync(join(FOLDER, file)) },
    ]),
  )
}
