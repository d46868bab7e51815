/**
 * Debian's firefox-esr, driven by WebDriver BiDi over its own WebSocket. Playwright speaks BiDi too, but begins each context with a command that this
 * Firefox does not know (`emulation.setMediaFeaturesOverride`); Debian has no geckodriver. A story needs five commands.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const FIREFOX = '/usr/bin/firefox-esr'
const PATIENCE_MS = 20_000

/** Why there is none; undefined when there is. */
export const missingFirefox = existsSync(FIREFOX) ? undefined : `${FIREFOX} is not there`

type Answer = Readonly<Record<string, unknown>>

export class Firefox {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #asked = new Map<number, PromiseWithResolvers<Answer>>()
  #count = 0
  #version = ''

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process
    this.#profile = profile
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Answer))
  }

  static async launch(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'e2e-firefox-'))
    const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
    const firefox = spawn(FIREFOX, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, MOZ_CRASHREPORTER_DISABLE: '1' } })
    const socket = new WebSocket(`${await addressIn(firefox)}/session`)
    await once(socket, 'open')
    const made = new Firefox(firefox, profile, socket)
    // The sample campus has a certificate of its own making.
    const { capabilities } = (await made.#ask('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } })) as {
      capabilities: { browserVersion: string }
    }
    made.#version = capabilities.browserVersion
    return made
  }

  get version(): string {
    return this.#version
  }

  /** A window of its own cookies. */
  async window(): Promise<FirefoxWindow> {
    const { userContext } = await this.#ask('browser.createUserContext', {})
    const { context } = await this.#ask('browsingContext.create', { type: 'window', userContext })
    return new FirefoxWindow(String(context), (method, params) => this.#ask(method, params))
  }

  async close(): Promise<void> {
    const gone = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined
    await this.#ask('browser.close', {})
    const late = setTimeout(() => this.#process.kill('SIGKILL'), PATIENCE_MS)
    await gone
    clearTimeout(late)
    this.#socket.close()
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  #ask(method: string, params: Answer): Promise<Answer> {
    const asked = Promise.withResolvers<Answer>()
    const id = (this.#count += 1)
    this.#asked.set(id, asked)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return asked.promise
  }

  #hear({ id, type, result, error, message }: Answer): void {
    const asked = this.#asked.get(Number(id))
    if (!asked) return
    this.#asked.delete(Number(id))
    if (type === 'success') asked.resolve(result as Answer)
    else asked.reject(new Error(`${String(error)}: ${String(message)}`))
  }
}

export class FirefoxWindow {
  readonly #context: string
  readonly #ask: (method: string, params: Answer) => Promise<Answer>

  constructor(context: string, ask: (method: string, params: Answer) => Promise<Answer>) {
    this.#context = context
    this.#ask = ask
  }

  async goes(url: string): Promise<void> {
    await this.#ask('browsingContext.navigate', { context: this.#context, url, wait: 'complete' })
  }

  /** What an expression is in the page, when it is text. */
  async says(expression: string): Promise<string> {
    const said = await this.#ask('script.evaluate', { expression, target: { context: this.#context }, awaitPromise: true })
    const { value } = (said['result'] ?? {}) as { value?: unknown }
    return typeof value === 'string' ? value : ''
  }

  /** Until there is such an element with such words; gives its words. A page that is going away may be asked again. */
  async until(selector: string, words = ''): Promise<string> {
    const end = performance.now() + PATIENCE_MS
    const found = `[...document.querySelectorAll(${JSON.stringify(selector)})].map(one => one.textContent.trim() || 'there').find(text => text.includes(${JSON.stringify(words)}))`
    for (;;) {
      const text = await this.says(
        `new Promise(done => { const look = (left) => { const text = ${found}; text || left === 0 ? done(text ?? '') : setTimeout(look, 50, left - 1) }; look(20) })`,
      ).catch(() => '')
      if (text !== '') return text
      if (performance.now() > end)
        throw new Error(`there is no ${selector} with ${JSON.stringify(words)}: ${await this.says('document.body.innerText')}`)
    }
  }

  async clicks(selector: string, words = ''): Promise<void> {
    await this.until(selector, words)
    await this.says(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].find(one => one.textContent.includes(${JSON.stringify(words)})).click(), ''`,
    )
  }

  /** With real keys, into the field. */
  async types(selector: string, text: string, then = ''): Promise<void> {
    await this.until(selector)
    await this.says(`document.querySelector(${JSON.stringify(selector)}).focus(), ''`)
    const actions = [...Array.from(text), ...(then === '' ? [] : [then])].flatMap(value => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ])
    await this.#ask('input.performActions', { context: this.#context, actions: [{ type: 'key', id: 'keyboard', actions }] })
  }
}

/** WebDriver §17.4.2. */
export const ENTER = '\uE007'

async function addressIn({ stderr }: ChildProcess): Promise<string> {
  if (!stderr) throw new Error('firefox says nothing')
  for await (const line of createInterface({ input: stderr })) {
    const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? []
    if (address !== undefined) {
      stderr.resume()
      return address
    }
  }
  throw new Error('firefox ended before it could be driven')
}
