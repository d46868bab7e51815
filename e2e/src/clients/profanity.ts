/** `profanity` in a terminal of tmux: typed to and read from as a person would. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account, Target } from '../target/target.ts'

const SOCKET = `e2e-${process.pid}`
const has = (command: string): boolean => spawnSync('which', [command]).status === 0

export const profanityMissing = ['profanity', 'tmux', 'openssl'].flatMap(command =>
  has(command) ? [] : [`the Debian package ${command} is not installed`],
)[0]

export interface ProfanityOptions {
  readonly resource: string
  /** STARTTLS, or TLS at once. */
  readonly tls?: 'force' | 'legacy'
  readonly newestTls?: '1.2' | '1.3'
  readonly port?: number
}

function tmux(...args: readonly string[]): string {
  return execFileSync('tmux', ['-L', SOCKET, '-f', '/dev/null', ...args], {
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8', TERM: 'xterm' },
  })
}

export class Profanity {
  readonly #folder: string
  readonly #session: string
  #end: Promise<void> | undefined

  private constructor(folder: string, session: string) {
    this.#folder = folder
    this.#session = session
  }

  /** Logged in. */
  static async start(target: Target, account: Account, options: ProfanityOptions): Promise<Profanity> {
    const folder = mkdtempSync(join(tmpdir(), 'e2e-profanity-'))
    writeFiles(folder, target, account, options)
    const environment = [
      `XDG_CONFIG_HOME=${folder}/config`,
      `XDG_DATA_HOME=${folder}/data`,
      `OPENSSL_CONF=${folder}/openssl.cnf`,
      'LANG=C.UTF-8',
    ]
    const session = `p${folder.slice(-6)}`
    tmux('new-session', '-d', '-x', '200', '-y', '60', '-s', session, 'env', ...environment, 'profanity', '-a', 'me', '-l', 'DEBUG')
    const profanity = new Profanity(folder, session)
    await profanity.shows(/logged in successfully/)
    return profanity
  }

  type(...lines: readonly string[]): void {
    for (const line of lines) {
      tmux('send-keys', '-t', this.#session, '-l', line)
      tmux('send-keys', '-t', this.#session, 'Enter')
    }
  }

  get screen(): string {
    return tmux('capture-pane', '-p', '-t', this.#session)
  }

  /** Its own log of what it sent and received. */
  get log(): string {
    return readFileSync(join(this.#folder, 'data/profanity/logs/profanity.log'), 'utf8')
  }

  /** Waits until the screen shows it. */
  async shows(pattern: RegExp): Promise<void> {
    return this.#until(() => this.screen, pattern)
  }

  async logs(pattern: RegExp): Promise<void> {
    return this.#until(() => this.log, pattern)
  }

  /** Once or more. */
  quit(): Promise<void> {
    return (this.#end ??= this.#quit())
  }

  async #quit(): Promise<void> {
    this.type('/quit')
    const until = Date.now() + 10_000
    while (spawnSync('tmux', ['-L', SOCKET, 'has-session', '-t', this.#session]).status === 0) {
      if (Date.now() > until) tmux('kill-session', '-t', this.#session)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    rmSync(this.#folder, { recursive: true })
  }

  async #until(look: () => string, pattern: RegExp): Promise<void> {
    const until = Date.now() + 15_000
    for (let text = look(); !pattern.test(text); text = look()) {
      if (Date.now() > until) throw new Error(`profanity never showed ${pattern.source}:\n${text.slice(-4000)}`)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}

function writeFiles(
  folder: string,
  target: Target,
  account: Account,
  { resource, tls = 'force', newestTls = '1.3', port }: ProfanityOptions,
): void {
  for (const name of ['config/profanity', 'data/profanity', 'certs']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'certs/target.pem'), target.certificate)
  execFileSync('openssl', ['rehash', join(folder, 'certs')])
  writeFileSync(
    join(folder, 'openssl.cnf'),
    `openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\nMaxProtocol = TLSv${newestTls}\n`,
  )
  writeFileSync(
    join(folder, 'config/profanity/profrc'),
    `[connection]\ntls.certpath=${folder}/certs\nreconnect=1\n[ui]\nsplash=false\nwrap=false\noccupants=false\nroster=false\n`,
  )
  const place = `server=${target.host}\nport=${port ?? (tls === 'force' ? target.port : target.tlsPort)}\ntls.policy=${tls}`
  const person = `jid=${account.name}@${target.domain}\npassword=${account.password}\nresource=${resource}\npresence.login=online\npresence.last=online`
  writeFileSync(join(folder, 'data/profanity/accounts'), `[me]\nenabled=true\n${place}\n${person}\n`)
}
