/** The server under test, as clients see it, and what a test may do to it. */

export interface Account {
  readonly name: string
  readonly password: string
}

export interface Target {
  readonly host: string
  /** STARTTLS. */
  readonly port: number
  readonly tlsPort: number
  readonly wsUrl: string
  /** Its own certificate, PEM, and the file that holds it. */
  readonly certificate: string
  readonly certificateFile: string
  readonly domain: string
  readonly accounts: readonly Account[]
}

export interface RunningTarget extends Target {
  readonly name: 'plodge' | 'prosody'
  /** The process that serves now. */
  readonly pid: number
  /** How it ended, if it did. */
  readonly ending: string | undefined
  /** Everything it wrote, of all its starts. */
  log(): string
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Again, after a kill, on the same data and ports. */
  start(): Promise<void>
  /** Other tables of the configuration, instead of those of `more`; resolves when the server has taken them on SIGHUP. Plodge's alone. */
  reconfigure(more: string): Promise<void>
  /** SIGTERM; rejects when it does not end well. Removes the data. */
  stop(): Promise<void>
}

export interface TargetOptions {
  /** How many people there are: `user0`, `user1`, … */
  readonly people?: number
  /** Where the data lies; a temporary folder unless said. */
  readonly data?: string
  /** Names for the configuration's [roles]; Plodge's alone. */
  readonly roles?: Readonly<Record<'operator' | 'helpdesk', readonly string[]>>
  /** Further lines of [listen]; Plodge's alone. */
  readonly listen?: string
  /** Further tables of the configuration; Plodge's alone. */
  readonly more?: string
  /** Further lines of [users]; Plodge's alone. */
  readonly users?: string
  /** Lines for the configuration's [limits]. */
  readonly limits?: Readonly<Record<string, number | boolean>>
}

export const accountsOf = (people: number): readonly Account[] =>
  Array.from({ length: people }, (_, i) => ({ name: `user${i}`, password: `secret ${i} ${'é'.repeat(i % 3)}` }))

export function person(target: Target, index: number): Account {
  const account = target.accounts[index]
  if (!account) throw new Error(`The target has only ${target.accounts.length} people`)
  return account
}
