/** Who gets a slot, and for what: the answer to XEP-0363's question. */
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { readDateTime, writeDateTime } from '@plodge/xmpp/xeps/datetime.ts'
import { AskSlot, FileTooLarge, type Purpose, Retry } from '@plodge/xmpp/xeps/http-upload.ts'
import type { Value } from '@plodge/xmpp/xeps/codec.ts'
import type { Host } from '../../routing/host.ts'
import type { Call } from '../../routing/questions.ts'
import type { UploadSettings } from '../../settings.ts'
import type { Uploads } from '../../storage/repositories.ts'
import type { Allowance } from './allowance.ts'
import type { Blobs } from './blobs.ts'
import { fitName } from './file-name.ts'
import { UNKNOWN, fits, isMediaType } from './media-type.ts'
import type { Quotas } from './quotas.ts'
import type { Tickets } from './tickets.ts'

/** XEP-0363 § Implementation Notes. */
const SLOT_MS = 300_000
const DAY_MS = 86_400_000
const HUGE = /^\d{16,}$/

export interface SlotNeeds {
  readonly host: Host
  readonly uploads: Uploads
  readonly blobs: Blobs
  readonly tickets: Tickets
  readonly allowance: Allowance
  readonly quotas: Quotas
  readonly settings: () => UploadSettings
  /** Ends with a slash. */
  readonly baseUrl: () => string
}

type Question = Value<(typeof AskSlot)['request']>
type Slot = Value<NonNullable<(typeof AskSlot)['response']>>

export async function giveSlot({ filename, size: written, type = '', purpose }: Question, { from }: Call, needs: SlotNeeds): Promise<Slot> {
  const { host, tickets, allowance, settings, baseUrl } = needs
  if (!host.isLocal(from) || from.local === '') throw new StanzaError('forbidden', 'Only people of this server may upload files here')
  const now = host.clock()
  const rules = settings()
  const size = readSize(written, purpose, rules)
  if (filename === '') throw new StanzaError('bad-request', 'A file needs a name')
  if (type !== '' && !isMediaType(type)) throw new StanzaError('bad-request', 'content-type is none: it looks like image/jpeg')
  if (!fits(type === '' ? UNKNOWN : type, rules.types)) {
    throw new StanzaError('not-acceptable', `Files of this type may not be uploaded here; allowed are ${rules.types.join(', ')}`)
  }
  const expiresAt = expiryOf(purpose, rules, now)
  await checkAllowance(from.local, size, now, needs)
  const name = fitName(filename)
  const id = tickets.newId(name)
  allowance.claim(from.local, id, size, now + SLOT_MS, now)
  const { path, query } = tickets.write({ id, name, owner: from.local, size, type, until: now + SLOT_MS, expiresAt: expiresAt ?? 0 })
  const url = `${baseUrl()}${path}`
  return { put: { url: `${url}?${query}`, headers: [] }, get: { url } }
}

function readSize(written: string, purpose: Purpose | undefined, { fileBytes, profileBytes }: UploadSettings): number {
  if (!/^\d+$/.test(written) || /^0+$/.test(written)) throw new StanzaError('bad-request', 'size is the number of bytes, and at least 1')
  const most = purpose?.kind === 'profile' ? Math.min(fileBytes, profileBytes) : fileBytes
  const size = HUGE.test(written) ? Infinity : Number(written)
  if (size <= most && Number.isSafeInteger(size)) return size
  throw new StanzaError('not-acceptable', `The file is too large: at most ${most} bytes may be uploaded`, {
    detail: FileTooLarge.write({ most: most === Infinity ? undefined : String(most) }),
  })
}

/** § Upload purpose: undefined keeps it for good. */
function expiryOf(purpose: Purpose | undefined, { keepDays }: UploadSettings, now: number): number | undefined {
  const usual = keepDays === undefined ? undefined : now + Math.round(keepDays * DAY_MS)
  switch (purpose?.kind) {
    case 'permanent':
      throw new StanzaError('feature-not-implemented', 'Files are not kept for good here')
    case 'profile':
      return undefined
    case 'ephemeral': {
      const before = readDateTime(purpose.expireBefore)
      if (before === undefined) throw new StanzaError('bad-request', 'expire-before is a time, such as 2025-09-10T23:08:25Z')
      if (before <= now) throw new StanzaError('not-acceptable', 'expire-before is past: the file could never be seen')
      return usual === undefined ? before : Math.min(before, usual)
    }
    case 'message':
    case undefined:
      return usual
  }
}

async function checkAllowance(
  owner: string,
  size: number,
  now: number,
  { settings, allowance, quotas, uploads, blobs, host }: SlotNeeds,
): Promise<void> {
  const { slotsPerHour, keepFreeBytes } = settings()
  const retryAt = allowance.retryAt(owner, slotsPerHour, now)
  if (retryAt !== undefined) {
    throw new StanzaError('resource-constraint', `You may upload ${slotsPerHour} files an hour; try again later`, {
      detail: Retry.write({ stamp: writeDateTime(retryAt) }),
    })
  }
  const stored = await uploads.usage(owner)
  const most = await quotas.of(owner)
  const open = allowance.open(owner, now)
  if (stored.files + open.files + 1 > most.files || stored.bytes + open.bytes + size > most.bytes) {
    throw new StanzaError(
      'resource-constraint',
      `Your files take ${stored.bytes} of ${most.bytes} bytes, and are ${stored.files} of ${most.files}; there is no room for this one until older ones go`,
    )
  }
  if ((await blobs.room()) - open.bytes - size < keepFreeBytes) {
    host.log.warn({}, 'the disk has too little room for uploads')
    throw new StanzaError('resource-constraint', 'The server has no room for this file now; its operators have been told')
  }
}
