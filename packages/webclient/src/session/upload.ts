/** The place where files go (XEP-0363): finding it, what it takes, and bringing one there, with its progress and an end at any time. */
import type { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { formType } from '@plodge/xmpp/xeps/data-form.ts'
import { AskInfo, AskItems, type DiscoInfo } from '@plodge/xmpp/xeps/disco.ts'
import { AskSlot, UPLOAD } from '@plodge/xmpp/xeps/http-upload.ts'
import type { Desk } from './desk.ts'

export interface UploadPlace {
  readonly address: string
  /** The largest file, in bytes; undefined where it does not say. */
  readonly most: number | undefined
}

/** Why a file did not go. What the server says is for people. */
export type UploadProblem =
  | { readonly kind: 'no place' }
  | { readonly kind: 'too large'; readonly most: number }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'unreachable' }

export class UploadFailed extends Error {
  override readonly name = 'UploadFailed'
  readonly problem: UploadProblem

  constructor(problem: UploadProblem) {
    super(problem.kind)
    this.problem = problem
  }
}

const MOST_SERVICES = 30

/** Undefined when the server has none. Rejects with StanzaError when it cannot be asked. */
export async function findUploadPlace({ questions, domain }: Desk): Promise<UploadPlace | undefined> {
  const { items } = await questions.ask(AskItems, { node: undefined }, domain)
  const infos = await Promise.allSettled(
    items.slice(0, MOST_SERVICES).map(async ({ jid }) => ({ jid, info: await questions.ask(AskInfo, { node: undefined }, jid) })),
  )
  const found = infos.find(one => one.status === 'fulfilled' && one.value.info.features.includes(UPLOAD))
  if (found?.status !== 'fulfilled') return undefined
  return { address: found.value.jid, most: largest(found.value.info) }
}

function largest({ forms }: DiscoInfo): number | undefined {
  const form = forms.find(one => formType(one) === UPLOAD)
  const value = form?.fields.find(({ name }) => name === 'max-file-size')?.values[0] ?? ''
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

interface Progress {
  readonly signal: AbortSignal
  readonly moved: (bytes: number) => void
}

/** Gives where everybody finds it. Rejects with UploadFailed, StanzaError, or an AbortError. */
export async function bring({ questions }: Desk, place: UploadPlace, file: File, progress: Progress): Promise<string> {
  const type = file.type === '' ? 'application/octet-stream' : file.type
  const slot = await questions.ask(
    AskSlot,
    { filename: file.name === '' ? 'file' : file.name, size: String(file.size), type, purpose: { kind: 'message' } },
    place.address,
  )
  if (!isSecure(slot.put.url) || !isSecure(slot.get.url)) throw new UploadFailed({ kind: 'no place' })
  progress.signal.throwIfAborted()
  await put(slot.put, file, type, progress)
  return slot.get.url
}

const isSecure = (url: string): boolean => URL.parse(url)?.protocol === 'https:'
/** XEP-0363 §5: these alone may be asked for; a browser sets no cookies of others. */
const HEADERS = new Set(['authorization', 'expires'])

/** `fetch` says nothing of how far an upload is. */
function put(
  { url, headers }: { readonly url: string; readonly headers: readonly { readonly name: string; readonly value: string }[] },
  file: File,
  type: string,
  { signal, moved }: Progress,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = new XMLHttpRequest()
  const stop = (): void => request.abort()
  signal.addEventListener('abort', stop)
  request.upload.addEventListener('progress', ({ loaded }) => moved(loaded))
  request.addEventListener('load', () => {
    if (request.status === 201 || request.status === 200) resolve()
    else reject(new UploadFailed({ kind: 'refused', text: request.responseText.trim().slice(0, 300) }))
  })
  request.addEventListener('error', () => reject(new UploadFailed({ kind: 'unreachable' })))
  request.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')))
  request.addEventListener('loadend', () => signal.removeEventListener('abort', stop))
  request.open('PUT', url)
  request.setRequestHeader('Content-Type', type)
  for (const { name, value } of headers)
    if (HEADERS.has(name.toLowerCase())) request.setRequestHeader(name, value.replaceAll(/[\r\n]/g, ''))
  request.send(file)
  return promise
}

/** A refusal as it is told. */
export const problemOf = ({ condition, text }: StanzaError): UploadProblem =>
  condition === 'remote-server-timeout' || condition === 'recipient-unavailable'
    ? { kind: 'unreachable' }
    : { kind: 'refused', text: text ?? condition }
