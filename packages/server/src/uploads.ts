/** Opens what uploads need on disk, and makes their module of it. */
import { join } from 'node:path'
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import { Blobs } from './modules/upload/blobs.ts'
import { readKey } from './key-file.ts'
import { UPLOAD_PATH, type Upload, upload } from './modules/upload/upload.ts'
import type { Figure } from './ops/metrics.ts'
import type { Host } from './routing/host.ts'
import type { Settings } from './settings.ts'
import type { Store } from './storage/repositories.ts'

export interface UploadParts {
  readonly host: Host
  readonly store: Store
  readonly settings: () => Settings
  /** Of our own HTTPS, once it listens. */
  readonly httpsPort: () => number | undefined
}

/** Undefined when the settings want no uploads, or nobody could reach them. Throws in words when the key or the folder cannot be had. */
export async function openUploads({ host, store, settings, httpsPort }: UploadParts): Promise<Upload | undefined> {
  const { data, services, listen } = settings()
  const domain = services.upload === undefined ? undefined : Jid.parse(services.upload)?.account
  if (!domain || listen.https.length === 0) return undefined
  const blobs = new Blobs(join(data, 'uploads'))
  await blobs.prepare()
  return upload({
    host,
    domain,
    uploads: store.uploads,
    blobs,
    documents: store.documents,
    key: readKey(data, 'upload.key', 'links to files that were sent stop working'),
    settings: () => settings().upload,
    baseUrl: () => settings().upload.baseUrl ?? `https://${settings().domain}:${httpsPort() ?? 443}${UPLOAD_PATH}`,
  })
}

export const uploadFigures = ({ bytes, counts }: Upload): readonly Figure[] => [
  { name: 'uploads', help: 'Files that people have uploaded.', type: 'gauge', read: () => counts().files },
  { name: 'upload_bytes', help: 'Bytes of those files.', type: 'gauge', read: () => counts().bytes },
  { name: 'upload_disk_bytes', help: 'Bytes that they take on disk: the same file is stored once.', type: 'gauge', read: bytes },
]
