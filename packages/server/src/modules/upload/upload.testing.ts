/** For tests of uploads: slots asked for over a real line, requests over real HTTPS. */
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import type { UploadSettings } from '../../settings.ts'
import { type Here, here } from '../../streams/server.testing.ts'
import { testSettings } from '@plodge/testkit/settings.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Slot {
  readonly put: string
  readonly get: string
}

export const uploadTown = (changes: Partial<UploadSettings> = {}, people = ['romeo', 'juliet']): Promise<Here> =>
  here({ people, settings: { upload: { ...testSettings().upload, ...changes } } })

/** Of the town, over a line of its own. */
export async function slot(town: Here, name: string, size: number, type = '', person = 'romeo'): Promise<Slot> {
  const answer = await ask(town, name, size, type, person)
  const url = (kind: 'put' | 'get'): string => new RegExp(`<${kind} url='([^']+)'`).exec(answer)?.[1]?.replaceAll('&amp;', '&') ?? ''
  if (url('put') === '') throw new Error(answer)
  return { put: url('put'), get: url('get') }
}

export async function ask(town: Here, name: string, size: number | string, type = '', person = 'romeo'): Promise<string> {
  const client = await town.login(`asks${Math.random()}`, person)
  const typed = type === '' ? '' : ` content-type='${type}'`
  const answer = await client.asks(
    `<iq type='get' id='s' to='upload.chat.cam.ac.uk'><request xmlns='urn:xmpp:http:upload:0' filename='${name}' size='${size}'${typed}/></iq>`,
    '</iq>',
  )
  await client.vanishes()
  return answer
}

/** Whatever host the URL names, our port is asked. */
export async function http(
  town: Here,
  method: string,
  url: string,
  { body, headers = {} }: { readonly body?: Buffer | string; readonly headers?: RequestOptions['headers'] } = {},
): Promise<Answer> {
  const path = url.replace(/^https:\/\/[^/]+/, '')
  const asked = request({ host: '127.0.0.1', port: town.ports.https, path, method, headers, rejectUnauthorized: false, agent: false })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.setEncoding('latin1')
  return { status: response.statusCode ?? 0, headers: response.headers, body: (await response.toArray()).join('') }
}

/** The whole way; gives the URL to get it from. */
export async function uploaded(town: Here, name: string, body: Buffer | string, type = '', person = 'romeo'): Promise<string> {
  const { put, get } = await slot(town, name, Buffer.byteLength(body), type, person)
  const { status, body: why } = await http(town, 'PUT', put, { body, headers: { 'content-length': Buffer.byteLength(body) } })
  if (status !== 201) throw new Error(`${status} ${why}`)
  return get
}
