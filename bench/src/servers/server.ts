/** What the bench knows of every server under test. */

import type { Endpoint } from '../load/orders.ts'

export const serverNames = ['plodge', 'prosody', 'ejabberd', 'floor'] as const
export type ServerName = (typeof serverNames)[number]

export interface Server {
  readonly name: ServerName
  readonly protocol: Endpoint['protocol']
  /** As the server's own package says. */
  version(): string
  /** What was chosen, and why: shown with the figures. */
  readonly remarks: string
  /** Fills the folder that every run starts from a copy of: accounts and rosters. Undefined for a server that keeps nothing. */
  readonly prepare: ((template: string) => Promise<void>) | undefined
  arrange(run: Run): Launch
}

/** What a server must be configured with. */
export interface Run {
  /** The run's own folder, a copy of the template. */
  readonly folder: string
  readonly port: number
  readonly archive: boolean
  readonly security: Endpoint['security']
  /** Files in PEM. */
  readonly certificate: string
  readonly key: string
}

export interface Launch {
  readonly command: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Files to write before the start, by name in the run's folder: `docs/benchmarks.md` shows them. */
  readonly files: Readonly<Record<string, string>>
}
