/** Browser windows of people of the sample campus, each signed in by itself, and what goes wrong in them. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Campus } from './campus.ts'

export interface Window {
  readonly page: Page
  /** What pages complained of: errors of scripts, and breaches of the policy. */
  readonly complaints: string[]
}

export class Windows {
  readonly #campus: Campus
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []

  constructor(campus: Campus, browser: Browser) {
    this.#campus = campus
    this.#browser = browser
  }

  async signsIn(name: string, options: BrowserContextOptions = {}): Promise<Window> {
    const context = await this.#browser.newContext({ ignoreHTTPSErrors: true, ...options })
    this.#contexts.push(context)
    const page = await context.newPage()
    const complaints: string[] = []
    const signOn = new URL(this.#campus.signOnUrl).origin
    page.on('pageerror', error => void complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error' && !message.location().url.startsWith(signOn)) complaints.push(message.text())
    })
    await page.goto(this.#campus.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('test')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    return { page, complaints }
  }

  /** A conversation with somebody, by the name before the @. */
  async opens({ page }: Window, name: string): Promise<void> {
    await page.goto(`${this.#campus.url}/p/${name}`)
    await page.locator('.composer textarea').waitFor()
  }

  async says({ page }: Window, text: string): Promise<void> {
    await page.locator('.composer textarea').fill(text)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map(context => context.close()))
  }
}
