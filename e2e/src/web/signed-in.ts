/** A person at a browser, signed in at the sample campus, in the language and at the size of window that a test wants. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Campus } from './campus.ts'

export interface SignedIn {
  readonly page: Page
  readonly context: BrowserContext
}

export async function signsIn(campus: Campus, browser: Browser, name: string, options: BrowserContextOptions = {}): Promise<SignedIn> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB', ...options })
  const page = await context.newPage()
  await page.goto(campus.url)
  await page.locator('a[href="/sign-on"]').click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill('test')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.shell main h1').first().waitFor()
  return { page, context }
}

export async function says(page: Page, url: string, to: string, text: string): Promise<void> {
  await page.goto(`${url}/p/${to}`)
  await page.locator('.composer textarea').fill(text)
  await page.keyboard.press('Enter')
  const row = page.locator('.message.mine').last()
  await row.filter({ hasText: text.split(/[\n*`]/)[0] ?? '' }).waitFor()
  await row.locator('.delivery:not([data-delivery=sending])').waitFor()
}
