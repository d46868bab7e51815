/** A password feed from its file: taken only if nobody touched the file meanwhile. */
import { createHash } from 'node:crypto'
import { type BigIntStats, type PathLike, createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { LineRules } from './line.ts'
import { type ParsedFeed, parseFeed } from './parse.ts'

export type FeedReading = ParsedFeed | { readonly kind: 'missing'; readonly why: string } | { readonly kind: 'changing' }

/** Another file, or another state of it, has another one. */
export type FileState = string

/** Undefined when it is not there, or not a file. */
export async function stateOf(file: PathLike): Promise<FileState | undefined> {
  let stats: BigIntStats
  try {
    stats = await stat(file, { bigint: true })
  } catch {
    return undefined
  }
  return stats.isFile() ? `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}` : undefined
}

export async function readFeed(file: string, rules: LineRules): Promise<FeedReading> {
  const before = await stateOf(file)
  if (before === undefined) return { kind: 'missing', why: `there is no file ${file}` }
  let parsed: ParsedFeed
  try {
    parsed = await parseFeed(createReadStream(file), rules)
  } catch (error) {
    return { kind: 'missing', why: `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}` }
  }
  return (await stateOf(file)) === before ? parsed : { kind: 'changing' }
}

/** Of the bytes of the file, without looking at what they say. */
export async function checksumOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  } catch {
    return undefined
  }
  return hash.digest('hex')
}
