/** `dino-im` on a screen that nobody sees: driven by keys and its D-Bus actions, read from its own database. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import type { Readable } from 'node:stream'
import type { Account, Target } from '../target/target.ts'
import { type Screen, missing } from './screen.ts'

const PATIENCE = 40_000
/** What GnuTLS trusts; Dino cannot be told of another authority, so that in its view of the disk this file is the test's. */
const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'
/** Where it knocks when DNS has nothing to say about a domain: it cannot be told of another port. */
export const DINO_PORT = 5222

export const dinoMissing = missing('dino-im') ?? missing('proot') ?? missing('xclip') ?? missing('gapplication')

type Row = Readonly<Record<string, SQLOutputValue>>

export class Dino {
  readonly folder: string
  readonly #screen: Screen
  readonly #child: ChildProcessByStdio<null, Readable, Readable>
  readonly #data: DatabaseSync
  #log = ''

  private constructor(folder: string, screen: Screen, child: ChildProcessByStdio<null, Readable, Readable>) {
    this.folder = folder
    this.#screen = screen
    this.#child = child
    const keep = (bytes: Buffer): void => void (this.#log = (this.#log + bytes.toString()).slice(-2_000_000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    this.#data = new DatabaseSync(join(folder, 'dino/dino.db'), { readOnly: true, timeout: 5000 })
  }

  /** Started; the first time with an account in its database as its window would write it. */
  static start(screen: Screen, target: Target, account: Account, folder: string): Dino {
    mkdirSync(join(folder, 'dino'), { recursive: true })
    addAccount(join(folder, 'dino/dino.db'), target, account)
    const bound = `${target.certificateFile}:${SYSTEM_AUTHORITIES}`
    const child = spawn('proot', ['-b', bound, 'dino-im', '--print-xmpp=all'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...screen.environment, HOME: folder, XDG_DATA_HOME: folder },
    })
    process.once('exit', () => child.kill('SIGKILL'))
    return new Dino(folder, screen, child)
  }

  get log(): string {
    return this.#log
  }

  async shows(what: string, isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + PATIENCE; !isSo(); await new Promise(resolve => setTimeout(resolve, 100))) {
      if (this.#child.exitCode !== null) throw new Error(`dino ended:\n${this.#log.slice(-6000)}`)
      if (Date.now() > end) throw new Error(`dino does not show ${what}:\n${this.#log.slice(-6000)}`)
    }
  }

  /** Rows of its database; the first time none, until it has made its tables. */
  rows(query: string, ...values: readonly string[]): readonly Row[] {
    try {
      return this.#data.prepare(query).all(...values)
    } catch (error) {
      if (String(error).includes('no such table')) return []
      throw error
    }
  }

  /** Its texts with somebody or in a room, oldest first. */
  bodies(jid: string): readonly string[] {
    const query = 'SELECT body FROM message JOIN jid ON jid.id = counterpart_id WHERE bare_jid = ? ORDER BY message.time, message.id'
    return this.rows(query, jid).map(({ body }) => String(body))
  }

  /** As when somebody follows an `xmpp:` link to a person: their conversation is open, and what is typed goes there. */
  async talksTo(jid: string): Promise<void> {
    execFileSync('dino-im', [`xmpp:${jid}?message`], {
      env: { ...this.#screen.environment, HOME: this.folder, XDG_DATA_HOME: this.folder },
      timeout: 20_000,
      stdio: 'ignore',
    })
    await this.shows(`the conversation with ${jid}`, () => this.#conversation(jid) !== undefined)
    this.#focus()
  }

  /** As when somebody clicks at a conversation in the list. */
  async opens(jid: string): Promise<void> {
    await this.shows(`the conversation with ${jid}`, () => this.#conversation(jid) !== undefined)
    this.#act('open-conversation', `int32 ${Number(this.#conversation(jid))}`)
    this.#focus()
  }

  /** Typed, and sent with Enter. */
  types(text: string): void {
    this.#screen.xdotool('type', '--delay', '20', text)
    this.#screen.xdotool('key', 'Return')
  }

  press(key: string): void {
    this.#screen.xdotool('key', key)
  }

  received(): readonly Buffer[] {
    return this.#files()
  }

  /** Stanzas of type error that it got. */
  errors(): readonly string[] {
    const stanza = /<\{jabber:client\}:(iq|message|presence) [^>]*\{jabber:client\}:type='error'[^]*?<\/\{jabber:client\}:\1>/g
    return this.#log.match(stanza) ?? []
  }

  async quit(): Promise<void> {
    if (this.#data.isOpen) this.#data.close()
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    if (this.#screen.isOpen) this.#act('quit')
    else this.#child.kill('SIGKILL')
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(tooLong)
  }

  #files(): readonly Buffer[] {
    const folder = join(this.folder, 'dino/files')
    return existsSync(folder) ? readdirSync(folder).map(name => readFileSync(join(folder, name))) : []
  }

  #conversation(jid: string): SQLOutputValue | undefined {
    return this.rows('SELECT conversation.id FROM conversation JOIN jid ON jid.id = jid_id WHERE bare_jid = ?', jid)[0]?.['id']
  }

  #act(action: string, ...values: readonly string[]): void {
    execFileSync('gapplication', ['action', 'im.dino.Dino', action, ...values], { env: this.#screen.environment, timeout: 20_000 })
  }

  /** No window manager is there to do it. */
  #focus(): void {
    this.#screen.xdotool('search', '--sync', '--onlyvisible', '--class', 'dino', 'windowfocus', '--sync')
  }
}

function addAccount(file: string, { domain }: Target, { name, password }: Account): void {
  const data = new DatabaseSync(file)
  data.exec(`CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, bare_jid TEXT NOT NULL UNIQUE, resourcepart TEXT,
    password TEXT, alias TEXT, enabled INTEGER, roster_version TEXT, mam_earliest_synced INTEGER)`)
  data
    .prepare(`INSERT OR IGNORE INTO account (bare_jid, resourcepart, password, enabled, mam_earliest_synced) VALUES (?, 'dino', ?, 1, 0)`)
    .run(`${name}@${domain}`, password)
  data.close()
}
