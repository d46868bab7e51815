/** PUT to a slot: the file is on disk, and in the books, before the client hears 201. */
import { refuse, takeBody, type HttpCall } from '../../net/http-route.ts'
import type { Ticket } from './tickets.ts'
import { WrongSize, type Received } from './blobs.ts'
import { UNKNOWN, essence } from './media-type.ts'
import { CORS } from './headers.ts'
import { Pace } from './pace.ts'
import type { SlotNeeds } from './slots.ts'

/** What is open now, so that two PUTs to one slot cannot both go on. */
export type Busy = Set<string>

export async function put(call: HttpCall, place: string, busy: Busy, needs: SlotNeeds): Promise<void> {
  const { tickets, host, uploads } = needs
  const no = (status: number, why: string): void => refuse(call, status, why, CORS)
  const ticket = tickets.read(place, call.query)
  if (!ticket) return no(403, 'This is no link that this server gave for an upload.')
  if (ticket.until < host.clock()) return no(403, 'This link for an upload has expired; ask for a new one.')
  const wrong = headersWrong(call, ticket)
  if (wrong) return no(wrong.status, wrong.why)
  if (busy.has(ticket.id)) return no(409, 'This file is being uploaded already.')
  busy.add(ticket.id)
  try {
    if (await uploads.find(ticket.id)) return no(409, 'This file was uploaded already; ask for a new link.')
    if (!(await host.people.exists(ticket.owner))) return no(403, 'The account that asked for this link is gone.')
    call.guest.known()
    const refused = await take(call, ticket, needs)
    if (refused) return no(refused.status, refused.why)
    call.response.writeHead(201, { ...CORS, 'Content-Length': '0' }).end()
  } finally {
    busy.delete(ticket.id)
    needs.allowance.filled(ticket.owner, ticket.id)
  }
}

interface Refusal {
  readonly status: number
  readonly why: string
}

/** XEP-0363 § Upload: the length MUST be that of the slot, the type SHOULD. */
function headersWrong({ request: { headers } }: HttpCall, { size, type }: Ticket): Refusal | undefined {
  const length = headers['content-length']
  if (length === undefined) return { status: 411, why: 'The length of the file must be said in advance, as Content-Length.' }
  if (length !== String(size)) return { status: Number(length) > size ? 413 : 400, why: `This link is for a file of ${size} bytes.` }
  if (headers['content-encoding'] !== undefined) return { status: 415, why: 'The file must come as it is, without Content-Encoding.' }
  const given = headers['content-type']
  if (type !== '' && given !== undefined && essence(given) !== essence(type))
    return { status: 415, why: `This link is for a file of type ${type}.` }
  return undefined
}

async function take(call: HttpCall, ticket: Ticket, needs: SlotNeeds): Promise<Refusal | undefined> {
  const { blobs, settings, host } = needs
  if ((await blobs.room()) - ticket.size < settings().keepFreeBytes) return FULL
  const pace = new Pace(call.guest, ticket.size)
  takeBody(call)
  let received: Received
  try {
    received = await blobs.receive(call.request.iterator({ destroyOnReturn: false }), ticket.size, () => pace.moved())
  } catch (error) {
    if (error instanceof WrongSize) return { status: 400, why: `This link is for a file of ${ticket.size} bytes.` }
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      host.log.error({ err: error }, 'the disk is full: a file could not be uploaded')
      return FULL
    }
    // The client went away: there is nobody to tell.
    if (code === 'ECONNRESET' || call.request.destroyed) return { status: 400, why: 'The connection broke.' }
    throw error
  }
  pace.over()
  return store(received, ticket, needs)
}

const FULL: Refusal = { status: 507, why: 'The server has no room for this file now; its operators have been told. Try again later.' }

/** First the file, then the books: a row without its file would be a promise not kept. */
function store(received: Received, ticket: Ticket, { blobs, uploads, quotas, host }: SlotNeeds): Promise<Refusal | undefined> {
  const { id, owner, name, size, type, expiresAt } = ticket
  return blobs.locked(received.hash, async () => {
    try {
      await blobs.keep(received)
      const { files, bytes } = await quotas.of(owner)
      const record = { id, owner, name, size, type: type === '' ? UNKNOWN : type, hash: received.hash, createdAt: host.clock() }
      const outcome = await uploads.put({ ...record, expiresAt: expiresAt === 0 ? undefined : expiresAt }, { files, bytes })
      if (outcome === 'stored') return undefined
      await removeUnused(received.hash)
      if (outcome === 'taken') return { status: 409, why: 'This file was uploaded already; ask for a new link.' }
      return {
        status: 507,
        why: `Your files would take more than ${bytes} bytes, or be more than ${files}; there is no room until older ones go.`,
      }
    } catch (error) {
      await blobs.discard(received)
      await removeUnused(received.hash).catch(() => undefined)
      host.log.error({ err: error }, 'a file could not be kept')
      return FULL
    }
  })

  async function removeUnused(hash: string): Promise<void> {
    if ((await uploads.used([hash])).length === 0) await blobs.remove(hash)
  }
}
