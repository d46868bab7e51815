/** XEP-0363: files that people send. A service gives slots; the HTTPS listener takes the files and serves them. */
import type { Account } from '@plodge/xmpp/jid/jid.ts'
import { formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { AskSlot, PURPOSE, UPLOAD } from '@plodge/xmpp/xeps/http-upload.ts'
import { type HttpRoute, refuse } from '../../net/http-route.ts'
import type { Host, Module } from '../../routing/host.ts'
import type { UploadSettings } from '../../settings.ts'
import type { Documents, Localpart, UploadUsage, Uploads } from '../../storage/repositories.ts'
import { Allowance } from './allowance.ts'
import type { Blobs } from './blobs.ts'
import { uploadCommands } from './commands.ts'
import { get } from './get.ts'
import { CORS, SAFE } from './headers.ts'
import { Housekeeping } from './housekeeping.ts'
import { type Gift, give, type OwnFile, ownFiles } from './own-files.ts'
import { type Busy, put } from './put.ts'
import { Quotas } from './quotas.ts'
import { type SlotNeeds, giveSlot } from './slots.ts'
import { Tickets } from './tickets.ts'

/** Below it lie the files, whatever stands before it in `upload.base_url`. */
export const UPLOAD_PATH = '/upload/'
const REQUEST_MS = 30_000
const SWEEP_MS = 60_000

export interface UploadOptions {
  readonly host: Host
  readonly domain: Account
  readonly uploads: Uploads
  readonly blobs: Blobs
  readonly documents: Pick<Documents, 'get' | 'set'>
  /** For signing URLs. */
  readonly key: Buffer
  readonly settings: () => UploadSettings
  /** Where clients reach `UPLOAD_PATH`; ends with a slash. */
  readonly baseUrl: () => string
}

export interface Upload extends Module {
  readonly route: HttpRoute
  /** Bytes on disk, each once. */
  readonly bytes: () => number
  /** Of all uploads, as they were counted last: once a minute. */
  readonly counts: () => UploadUsage
  /** Newest first. */
  filesOf(owner: Localpart): AsyncGenerator<OwnFile>
  /** Puts a file of the server's own making where its owner can get it; gives its address, or undefined when there is no room. */
  give(gift: Gift): Promise<string | undefined>
  /** Begins to clear away what is not needed; settles when the first round is over. */
  start(): Promise<void>
  close(): Promise<void>
}

export function upload({ host, domain, uploads, blobs, documents, key, settings, baseUrl }: UploadOptions): Upload {
  const allowance = new Allowance()
  const housekeeping = new Housekeeping(uploads, blobs, host.clock)
  const quotas = new Quotas(documents, settings)
  const needs: SlotNeeds = { host, uploads, blobs, settings, baseUrl, allowance, quotas, tickets: new Tickets(key) }
  let timer: NodeJS.Timeout | undefined
  let counts: UploadUsage = { files: 0, bytes: 0 }
  const tidy = async (): Promise<void> => {
    allowance.tidy(host.clock())
    await housekeeping.sweep()
    counts = await uploads.total()
  }
  return {
    name: 'upload',
    implements: { 'XEP-0363': '1.2.0' },
    route: routeOf(needs),
    bytes: () => blobs.bytes,
    counts: () => counts,
    filesOf: owner => ownFiles(uploads, blobs, owner, host.clock()),
    give: gift => give(gift, needs),
    install(on) {
      const service = on.serve({
        domain,
        identity: { category: 'store', type: 'file', name: 'Files' },
        features: [UPLOAD, ...['message', 'profile', 'ephemeral'].map(kind => `${PURPOSE}#${kind}`)],
        forms: () => [namedForm('result', UPLOAD, limits(settings()))],
      })
      on.commands.register(...uploadCommands({ domain: on.domain.domain, exists: name => on.people.exists(name), uploads, quotas }))
      service.answer(AskSlot, (question, call) => giveSlot(question, call, needs))
    },
    async start() {
      timer = setInterval(() => host.background(tidy(), 'clearing away uploads'), SWEEP_MS)
      await tidy()
      await housekeeping.lookThrough()
    },
    async close() {
      clearInterval(timer)
      await housekeeping.stop()
    },
  }
}

const limits = ({ fileBytes }: UploadSettings) =>
  fileBytes === Infinity ? [] : [formField('max-file-size', { values: [String(fileBytes)] })]

function routeOf(needs: SlotNeeds): HttpRoute {
  const busy: Busy = new Set()
  return {
    path: UPLOAD_PATH,
    methods: ['GET', 'HEAD', 'PUT', 'OPTIONS'],
    deadlineMs: REQUEST_MS,
    mostBytes: () => Infinity,
    handle(call) {
      const place = call.path.slice(UPLOAD_PATH.length)
      const { method, headers } = call.request
      if (method === 'PUT') return put(call, place, busy, needs)
      if (method === 'OPTIONS') return void call.response.writeHead(204, { ...CORS, Allow: 'GET, HEAD, PUT, OPTIONS' }).end()
      if ((headers['content-length'] ?? '0') !== '0') return refuse(call, 413, 'This takes no body.', { ...CORS, ...SAFE })
      return get(call, place, needs)
    },
  }
}
