/** What an operator does with whole accounts at the machine: writes one to a file, and takes some out of one (XEP-0227). */
import { Jid } from '@plodge/xmpp/jid/jid.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Rosters } from '../accounts/rosters.ts'
import type { NodeLimits } from '../portability/import-nodes.ts'
import type { OwnFile } from '../portability/readable.ts'
import type { ImportReport } from '../portability/report.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../storage/repositories.ts'
import type { Outcome } from './outcome.ts'

export interface Written {
  readonly file: string
  readonly bytes: number
}

export interface Moving {
  /** `isReadable`: for the person, as a zip; else for other servers. */
  exportUser(question: { readonly localpart: string; readonly file: string; readonly isReadable: boolean }): Promise<Outcome<Written>>
  importUsers(question: { readonly file: string }): Promise<Outcome<ImportReport>>
}

export interface MovingSettings {
  readonly domain: string
  readonly users: Pick<Settings['users'], 'localpart'>
  readonly limits: NodeLimits
}

export interface MovingNeeds {
  readonly accounts: Accounts
  readonly rosters: Rosters
  readonly store: Store
  readonly settings: () => MovingSettings
  readonly clock: () => number
  /** What they uploaded, newest first. */
  readonly filesOf: (localpart: string) => AsyncIterable<OwnFile>
  /** What is in memory of somebody is not true any more. */
  readonly renewed: (localpart: string) => void
}

export function moving({ accounts, rosters, store, settings, clock, renewed, filesOf }: MovingNeeds): Moving {
  const domain = Jid.parse(settings().domain)?.account
  if (!domain) throw new Error(`domain: ${settings().domain} is not a domain name`)
  return {
    async exportUser({ localpart, file, isReadable }) {
      const record = await accounts.find(localpart)
      const address = record && Jid.of(localpart, domain.domain)?.account
      if (!address) return { kind: 'refused', why: `There is nobody called ${JSON.stringify(localpart)}; see: plodge user list` }
      const [{ exported }, { readable }, { writeNewFile }] = await Promise.all([
        import('../portability/export.ts'),
        import('../portability/readable.ts'),
        import('../portability/write-file.ts'),
      ])
      const pieces = isReadable
        ? readable({ store, record, address, files: filesOf(localpart), now: clock() })
        : exported(store, record, address)
      try {
        return { kind: 'done', value: { file, bytes: await writeNewFile(file, pieces) } }
      } catch (error) {
        return { kind: 'refused', why: whyNotWritten(error, file) }
      }
    },
    async importUsers({ file }) {
      const [{ importFile }, { NotReadable }] = await Promise.all([
        import('../portability/import.ts'),
        import('../portability/splitter.ts'),
      ])
      try {
        return { kind: 'done', value: await importFile(file, { store, accounts, rosters, domain, settings, clock, renewed }) }
      } catch (error) {
        if (!(error instanceof NotReadable)) throw error
        return { kind: 'refused', why: `${error.message}. What was read until then stays: mend the file and import it again` }
      }
    },
  }
}

/** Throws what is no trouble with the file. */
export function whyNotWritten(error: unknown, file: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EEXIST') return `${file} exists already: move it away, or give another name`
  if (code === 'EACCES' || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EROFS' || code === 'EPERM')
    return `${file} cannot be written by the server: give a file in a folder that it may write to`
  if (code === 'ENOSPC' || code === 'EDQUOT') return `${file} is larger than the space on the disk`
  throw error
}
