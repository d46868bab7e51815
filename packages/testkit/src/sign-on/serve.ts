/** The sample sign-on server over HTTPS. */
import { type Server, createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Wls } from './wls.ts'

export function wlsServer(wls: Wls, tls: { readonly cert: string; readonly key: string }): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request
    const { status, headers: said, body } = wls.handle({ method, path: url, cookie: headers.cookie ?? '', body: await text(request) })
    response.writeHead(status, said).end(body)
  }
  return createServer(tls, (request, response) => {
    answer(request, response).catch(() => request.destroy())
  })
}
