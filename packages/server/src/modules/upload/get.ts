/** GET and HEAD of a file: whole, in parts, or not at all when the client has it; shown by a browser only when nothing in it can run. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { type HttpCall, refuse } from '../../net/http-route.ts'
import type { UploadRecord } from '../../storage/repositories.ts'
import { disposition } from './file-name.ts'
import { CORS, SAFE } from './headers.ts'
import { presentation } from './media-type.ts'
import { Pace } from './pace.ts'
import { type Range, readRanges } from './ranges.ts'
import type { SlotNeeds } from './slots.ts'

const CHUNK = 65_536
type Headers = Readonly<Record<string, string>>

export async function get(call: HttpCall, path: string, { tickets, uploads, blobs, host }: SlotNeeds): Promise<void> {
  const place = tickets.place(path)
  const found = place && (await uploads.find(place.id))
  if (!found || (found.expiresAt !== undefined && found.expiresAt <= host.clock())) {
    return refuse(call, 404, 'There is no such file here, or not any more.', { ...CORS, ...SAFE })
  }
  const headers = headersOf(found)
  const { request, response } = call
  if (matches(request.headers['if-none-match'], headers['ETag'])) return void response.writeHead(304, headers).end()
  const handle = await blobs.read(found.hash)
  try {
    await send(call, handle, found, headers)
  } finally {
    await handle.close()
  }
}

const headersOf = ({ name, type, hash, createdAt }: UploadRecord): Headers => {
  const { kind } = presentation(type)
  return {
    ...CORS,
    ...SAFE,
    'Content-Disposition': disposition(kind, name),
    // It can be removed any day, and is never changed.
    'Cache-Control': 'private, max-age=86400, no-transform',
    ETag: `"${hash.slice(0, 40)}"`,
    'Last-Modified': new Date(createdAt).toUTCString(),
    'Accept-Ranges': 'bytes',
  }
}

/** RFC 9110 §13.1.2: weak comparison. */
const matches = (header: string | undefined, tag: string | undefined): boolean =>
  header !== undefined && header.split(',').some(text => text.trim() === '*' || text.trim().replace(/^W\//, '') === tag)

async function send(call: HttpCall, handle: FileHandle, { size, type: stored }: UploadRecord, headers: Headers): Promise<void> {
  const { request, response } = call
  const { type } = presentation(stored)
  const condition = request.headers['if-range']
  const isWhole = condition !== undefined && condition !== headers['ETag'] && condition !== headers['Last-Modified']
  // §14.2: only GET has ranges.
  const ranges = isWhole || request.method !== 'GET' ? undefined : readRanges(request.headers.range, size)
  const [only] = ranges ?? []
  if (!ranges) {
    response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': size })
    if (request.method !== 'HEAD') await pour(call, handle, [{ first: 0, last: size - 1 }])
  } else if (!only) {
    return refuse(call, 416, `This file has ${size} bytes.`, { ...headers, 'Content-Range': `bytes */${size}` })
  } else if (ranges.length === 1) {
    const length = only.last - only.first + 1
    response.writeHead(206, { ...headers, 'Content-Type': type, 'Content-Length': length, 'Content-Range': contentRange(only, size) })
    await pour(call, handle, ranges)
  } else {
    const boundary = randomBytes(18).toString('base64url')
    const heads = ranges.map(range => `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`)
    const end = `\r\n--${boundary}--\r\n`
    const length = ranges.reduce((sum, { first, last }) => sum + last - first + 1, [...heads, end].join('').length)
    response.writeHead(206, { ...headers, 'Content-Type': `multipart/byteranges; boundary=${boundary}`, 'Content-Length': length })
    await pour(call, handle, ranges, heads)
    response.write(end)
  }
  response.end()
}

const contentRange = ({ first, last }: Range, size: number): string => `bytes ${first}-${last}/${size}`

/** A chunk at a time, as fast as the client takes them. */
async function pour(
  { response, guest }: HttpCall,
  handle: FileHandle,
  ranges: readonly Range[],
  heads: readonly string[] = [],
): Promise<void> {
  const pace = new Pace(
    guest,
    ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0),
  )
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  for (const [i, { first, last }] of ranges.entries()) {
    if (heads[i] !== undefined) response.write(heads[i])
    for (let at = first; at <= last && !response.destroyed;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(CHUNK, last - at + 1)), 0, undefined, at)
      if (bytesRead === 0) throw new Error('a file is shorter than it was')
      at += bytesRead
      pace.moved()
      if (!response.write(buffer.subarray(0, bytesRead))) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined)
    }
  }
}
