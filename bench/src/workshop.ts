/** The folder a run of the bench works in: certificate, templates, each server's data and logs. It is removed at the end. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Endpoint } from './load/orders.ts'
import { domain } from './people.ts'

/** Beside the repository's other caches and not in /tmp, which may be memory: what is measured as durable must reach a disk. */
export const cacheFolder = fileURLToPath(new URL('../../.cache/bench/', import.meta.url))

export interface Workshop extends Disposable {
  readonly folder: string
  readonly certificate: string
  readonly key: string
  readonly certificateText: string
  readonly security: Endpoint['security']
  /** By name of a server: the folder its runs start from. */
  readonly templates: Map<string, string>
}

export function openWorkshop(security: Endpoint['security']): Workshop {
  mkdirSync(cacheFolder, { recursive: true })
  const folder = mkdtempSync(join(cacheFolder, 'work-'))
  const { certificate, key } = makeCertificate(folder)
  return {
    folder,
    certificate,
    key,
    certificateText: readFileSync(certificate, 'utf8'),
    security,
    templates: new Map(),
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Self-signed, ECDSA on P-256; files in PEM. */
export function makeCertificate(folder: string): { readonly certificate: string; readonly key: string } {
  const certificate = join(folder, 'certificate.pem')
  const key = join(folder, 'key.pem')
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30']
  const subject = ['-subj', `/CN=${domain}`, '-addext', `subjectAltName=DNS:${domain}`]
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return { certificate, key }
}
