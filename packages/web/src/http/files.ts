/**
 * The client's files, read once into memory: no path of a request ever becomes a path of the disk. What lies in `assets/` has a hash in its name
 * and is kept by browsers for good; everything else is asked for anew, and mostly not sent again. Each is there in Brotli and gzip too.
 */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Reply } from './reply.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.ico': 'image/vnd.microsoft.icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
}
/** Anything else is compressed as it is. */
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.map', '.txt', '.svg', '.wasm', '.ico'])
/** What a build may have put beside a file, best first. */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const
type Encoding = keyof typeof ENCODINGS

const MOST_FILES = 5000
const MOST_BYTES = 67_108_864
const FOR_GOOD = 'public, max-age=31536000, immutable'
const ASSETS = '/assets/'
/** A handful of bytes is not worth it. */
const LEAST_TO_COMPRESS = 512

interface File {
  readonly type: string
  readonly tag: string
  readonly forms: Readonly<Partial<Record<Encoding | 'identity', Buffer>>> & { readonly identity: Buffer }
}

export class Files {
  readonly #files: ReadonlyMap<string, File>
  readonly #ofOld: ReadonlyMap<string, File>
  /** Whether `index.html` is also what stands at paths that the client alone knows. */
  readonly #hasOwnPaths: boolean

  constructor(files: ReadonlyMap<string, File>, hasOwnPaths: boolean, ofOld: ReadonlyMap<string, File> = new Map()) {
    this.#files = files
    this.#hasOwnPaths = hasOwnPaths
    this.#ofOld = ofOld
  }

  /** Those that a page which was loaded before still wants are there until the next time. */
  replacing(old: Files): Files {
    const assets = Array.from(old.#files).filter(([path]) => path.startsWith(ASSETS) && !this.#files.has(path))
    return new Files(this.#files, this.#hasOwnPaths, new Map(assets))
  }

  /** Undefined when there is none. */
  answer(path: string, headers: IncomingHttpHeaders): Reply | undefined {
    const file = this.#files.get(path) ?? this.#ofOld.get(path)
    if (file) return replyWith(path, file, headers)
    // A person opens `/room/…`, or comes back to it; a script or a picture that is not there is just missing.
    const page = this.#hasOwnPaths && (headers.accept ?? '').includes('text/html') ? this.#files.get('/') : undefined
    return page && replyWith('/', page, headers)
  }
}

function replyWith(path: string, { type, tag, forms }: File, headers: IncomingHttpHeaders): Reply {
  const accepted = acceptedOf(headers['accept-encoding'])
  const encoding = (Object.keys(ENCODINGS) as Encoding[]).find(name => accepted.has(name) && forms[name])
  const name = `"${tag}${encoding ? `-${encoding}` : ''}"`
  const common = {
    ETag: name,
    Vary: 'Accept-Encoding',
    'Cache-Control': path.startsWith(ASSETS) ? FOR_GOOD : 'no-cache',
  }
  const known = (headers['if-none-match'] ?? '').split(',').map(one => one.trim().replace(/^W\//, ''))
  if (known.includes(name)) return { status: 304, headers: common, body: '' }
  return {
    status: 200,
    headers: { ...common, 'Content-Type': type, ...(encoding && { 'Content-Encoding': encoding }) },
    body: (encoding && forms[encoding]) ?? forms.identity,
  }
}

const acceptedOf = (header: string | readonly string[] | undefined): ReadonlySet<string> =>
  new Set(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .filter(one => !/;\s*q=0(?:\.0*)?\s*$/.test(one))
      .map(one => one.split(';')[0]?.trim() ?? ''),
  )

/** Of a folder and all below it. Rejects in words. */
export async function readFiles(folder: string, { hasOwnPaths }: { readonly hasOwnPaths: boolean }): Promise<Files> {
  const names = await namesIn(folder)
  const files = new Map<string, File>()
  let bytes = 0
  for (const [path, file] of names) {
    if (names.has(path.replace(/\.(?:br|gz)$/, '')) && /\.(?:br|gz)$/.test(path)) continue
    const read = await readOne(file, names, path)
    bytes += read.forms.identity.length
    if (bytes > MOST_BYTES)
      throw new Error(`${folder} holds more than ${MOST_BYTES} bytes; it is to hold the built client and nothing else`)
    files.set(path, read)
  }
  const page = files.get('/index.html')
  if (!page) throw new Error(`${folder} holds no index.html; it is to hold the built client`)
  files.delete('/index.html')
  return new Files(files.set('/', page), hasOwnPaths)
}

async function namesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  let entries
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    throw new Error(`${folder} cannot be read; it is to hold the client's files`, { cause: error })
  }
  if (entries.length > MOST_FILES)
    throw new Error(`${folder} holds more than ${MOST_FILES} files; it is to hold the built client and nothing else`)
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Map(files.map(file => [`/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`, file]))
}

async function readOne(file: string, names: ReadonlyMap<string, string>, path: string): Promise<File> {
  const kind = extname(file)
  const type = TYPES[kind]
  if (type === undefined) throw new Error(`${file}: it is not known what kind of file "${kind}" is`)
  const identity = await readFile(file)
  const tag = createHash('sha256').update(identity).digest('base64url').slice(0, 22)
  if (!COMPRESSED.has(kind) || identity.length < LEAST_TO_COMPRESS) return { type, tag, forms: { identity } }
  const form = async (encoding: Encoding): Promise<Buffer> => {
    const made = names.get(path + ENCODINGS[encoding])
    return made === undefined ? compress[encoding](identity) : readFile(made)
  }
  const [br, gzipped] = await Promise.all([form('br'), form('gzip')])
  return {
    type,
    tag,
    forms: { identity, ...(br.length < identity.length && { br }), ...(gzipped.length < identity.length && { gzip: gzipped }) },
  }
}

const [brotliAsync, gzipAsync] = [promisify(brotliCompress), promisify(gzip)]
const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: bytes => brotliAsync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gzip: bytes => gzipAsync(bytes, { level: 9 }),
}
