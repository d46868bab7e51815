/** A screen that nobody sees (Xvfb), and a D-Bus of its own for the programs on it. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { TestContext } from 'node:test'

const PICTURES = process.env['E2E_SCREENSHOTS'] ?? join(tmpdir(), 'e2e-screenshots')
const has = (command: string): boolean => spawnSync('which', [command]).status === 0

const screenMissing = ['Xvfb', 'dbus-daemon', 'xdotool', 'import'].flatMap(command =>
  has(command) ? [] : [`${command} is not installed`],
)[0]

export const missing = (command: string): string | undefined =>
  screenMissing ?? (has(command) ? undefined : `Debian's ${command} is not installed`)

export class Screen {
  readonly #display: string
  readonly #bus: string
  readonly #folder: string
  isOpen = true

  private constructor(display: string, bus: string, folder: string) {
    this.#display = display
    this.#bus = bus
    this.#folder = folder
  }

  /** Closed after the test; when that has failed, a picture of what was on it is kept. */
  static async open(t: TestContext, name: string): Promise<Screen> {
    const folder = mkdtempSync(join(tmpdir(), 'e2e-screen-'))
    const server = background('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'])
    const bus = background('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3'])
    const [display, address] = await Promise.all([firstLine(server), firstLine(bus)])
    const screen = new Screen(`:${display}`, address, folder)
    t.after(async () => {
      screen.isOpen = false
      if (!Reflect.get(t, 'passed')) console.error(`What was on the screen: ${screen.photograph(name)}`)
      await Promise.all([end(bus), end(server)])
      rmSync(folder, { recursive: true, force: true })
    })
    return screen
  }

  /** Gives the file. */
  photograph(name: string): string {
    mkdirSync(PICTURES, { recursive: true })
    const file = join(PICTURES, `${name.replace(/\W+/g, '-')}.png`)
    spawnSync('import', ['-window', 'root', file], { env: this.environment, timeout: 20_000 })
    return file
  }

  get environment(): Record<string, string | undefined> {
    return {
      ...process.env,
      DISPLAY: this.#display,
      DBUS_SESSION_BUS_ADDRESS: this.#bus,
      XDG_RUNTIME_DIR: this.#folder,
      WAYLAND_DISPLAY: undefined,
      GDK_BACKEND: 'x11',
      GSK_RENDERER: 'cairo',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
      GSETTINGS_BACKEND: 'memory',
      LANG: 'C.UTF-8',
    }
  }

  /** Mouse and keys. */
  xdotool(...args: readonly string[]): string {
    return execFileSync('xdotool', args, { env: this.environment, encoding: 'utf8', timeout: 20_000 })
  }
}

function background(file: string, args: readonly string[]): ChildProcess {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  process.once('exit', () => child.kill('SIGKILL'))
  return child
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [bytes] = (await once(child.stdio[3] as Readable, 'data', { signal: AbortSignal.timeout(20_000) })) as [Buffer]
  return bytes.toString().trim()
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
