/** A file of XEP-0227, and the files that it includes (§5), as parts in the order in which they stand. A piece of it is in memory at once. */
import { createReadStream } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { StreamError } from '@plodge/xmpp/stream/errors.ts'
import { CONTAINERS, INCLUDE, keyOf, PIE } from './names.ts'
import { readElement } from './read-part.ts'
import { NotReadable, type Part, Splitter } from './splitter.ts'

const DEEPEST_INCLUDE = 3
const INCLUDED = keyOf(INCLUDE, 'include')
/** Where a file may be included; what is deeper is somebody's data. */
const MAY_INCLUDE: ReadonlySet<string> = new Set(['server-data', 'host'].map(name => keyOf(PIE, name)))

/** Throws NotReadable, in words for whoever gave the file. */
export async function* partsOf(file: string, folder = dirname(resolve(file)), depth = 0): AsyncGenerator<Part> {
  const splitter = new Splitter(CONTAINERS)
  const open: string[] = []
  try {
    for await (const text of textOf(file)) {
      splitter.push(text)
      for (const part of splitter.parts()) {
        if (part.kind === 'begin') open.push(part.key)
        if (part.kind === 'end') open.pop()
        if (part.kind === 'whole' && part.key === INCLUDED && MAY_INCLUDE.has(open.at(-1) ?? '')) {
          if (depth >= DEEPEST_INCLUDE) throw new NotReadable('Files include files that include files: too deep')
          yield* partsOf(await included(part.text, file, folder), folder, depth + 1)
        } else yield part
      }
    }
    splitter.finish()
  } catch (error) {
    throw inWords(error, file)
  }
}

async function* textOf(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of createReadStream(file)) yield decoder.decode(chunk as Buffer, { stream: true })
  yield decoder.decode()
}

/** §5: a relative URI, and nothing that leads out of the folder. */
async function included(text: string, from: string, folder: string): Promise<string> {
  const { attributes } = readElement(text)
  const { href, parse = 'xml', xpointer } = attributes
  if (href === undefined || parse !== 'xml' || xpointer !== undefined || /^[a-z][a-z0-9+.-]*:/i.test(href))
    throw new NotReadable('A file is included in a way that is not read here: only by a relative href')
  const path = await realpath(resolve(dirname(resolve(from)), decodeURIComponent(href)))
  if (!path.startsWith((await realpath(folder)) + sep))
    throw new NotReadable(`${href.slice(0, 200)} is not beside the file that includes it`)
  return path
}

function inWords(error: unknown, file: string): unknown {
  if (error instanceof StreamError) return new NotReadable(`${file} is not XML as it must be: ${error.message}`)
  if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return new NotReadable(`${file} is not in UTF-8`)
  if (error instanceof URIError) return new NotReadable(`${file} includes a file by a name that is none`)
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code))
    return new NotReadable(`${file} cannot be read: ${error.message}`)
  return error
}
