/** XEP-0092: what software this is. The operating system is nobody's business (§5). */
import { AskVersion, VERSION } from '@plodge/xmpp/xeps/version.ts'
import type { Module } from '../routing/host.ts'

export interface VersionOptions {
  readonly name: string
  readonly version: string
}

export const version = ({ name, version }: VersionOptions): Module => ({
  name: 'version',
  implements: { 'XEP-0092': '1.1' },
  features: [VERSION],
  install(host) {
    host.answer(AskVersion, 'server', () => ({ name, version, os: undefined }))
  },
})
