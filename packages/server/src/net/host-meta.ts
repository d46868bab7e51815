/** Where else this server is to be found (XEP-0156): WebSocket and BOSH, for clients that cannot look into DNS. */
import { escapeAttribute } from '@plodge/xmpp/xml/escape.ts'
import type { HttpCall, HttpRoute } from './http-route.ts'

export interface Link {
  readonly rel: 'urn:xmpp:alt-connections:websocket' | 'urn:xmpp:alt-connections:xbosh'
  readonly href: string
}

const DEADLINE_MS = 10_000

export function hostMeta(links: () => readonly Link[]): readonly HttpRoute[] {
  const route = (path: string, type: string, write: () => string): HttpRoute => ({
    path,
    methods: ['GET', 'HEAD', 'OPTIONS'],
    deadlineMs: DEADLINE_MS,
    mostBytes: () => 0,
    handle: call => answer(call, type, write()),
  })
  return [
    route('/.well-known/host-meta', 'application/xrd+xml', () => {
      const list = links().map(({ rel, href }) => `<Link rel='${rel}' href='${escapeAttribute(href)}'/>`)
      return `<?xml version='1.0' encoding='utf-8'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>${list.join('')}</XRD>`
    }),
    route('/.well-known/host-meta.json', 'application/json', () => JSON.stringify({ links: links() })),
  ]
}

function answer({ request, response }: HttpCall, type: string, text: string): void {
  // XEP-0156 §3.1: browsers of any origin may ask.
  const headers = { 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' }
  if (request.method === 'OPTIONS') response.writeHead(204, headers).end()
  else response.writeHead(200, { ...headers, 'Content-Type': type }).end(text)
}
