/** A door of the HTTPS listener: which paths it answers, how long a request there may take, and how much it may bring. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Now } from '../routing/now.ts'

/** Who is at the other end of the connection. */
export interface HttpGuest {
  readonly address: string
  /** The TLS version. */
  readonly protocol: string | undefined
  /** The time that is left, from now, until the answer must have been sent: then the connection is cut. */
  allow(milliseconds: number): void
  /** Somebody who proved that they may be here: not among those who are pushed out when strangers crowd in. */
  known(): void
}

export interface HttpCall {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** As it was sent, without the query: nothing is decoded, no dots are resolved. */
  readonly path: string
  readonly query: string
  readonly guest: HttpGuest
}

export interface HttpRoute {
  /** With a slash at its end everything below it, otherwise exactly this. */
  readonly path: string
  readonly methods: readonly string[]
  readonly deadlineMs: number
  /** Of a request's body; more is refused before it is read. */
  readonly mostBytes: () => number
  /** Sends the answer. What it throws is a mistake of ours, is logged, and answers 500. */
  handle(call: HttpCall): Now<void>
}

/** RFC 9110 §10.1.1: a client that asked whether to send its body hears yes. Call it once, before reading. */
export function takeBody({ request, response }: HttpCall): void {
  if (request.headers.expect !== undefined) response.writeContinue()
}

/** Reads a small body whole; undefined when it was longer than that, and the answer has been sent. */
export async function readBody(call: HttpCall, most: number): Promise<Buffer | undefined> {
  takeBody(call)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of call.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) {
      refuse(call, 413, `This is larger than ${most} bytes.`)
      return undefined
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A body that nobody wants is read to its end when it is no longer: closing at once could cost the client our answer (RFC 9112 §9.6). */
const DISCARDED_BYTES = 16_777_216

/** Answers in words. What of a long body is not read yet is not read any more: the connection closes. */
export function refuse({ request, response }: HttpCall, status: number, why: string, headers: Readonly<Record<string, string>> = {}): void {
  const isUnread = !request.complete && Number(request.headers['content-length'] ?? 0) > DISCARDED_BYTES
  const isChunked = !request.complete && request.headers['transfer-encoding'] !== undefined
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    ...(isUnread || isChunked ? { Connection: 'close' } : {}),
    ...headers,
  })
  response.end(`${why}\n`)
}
