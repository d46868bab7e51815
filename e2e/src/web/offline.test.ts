/** The web client without a line: what it kept is shown, what is written goes once when the line is back, and nothing is left after signing out. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus } from './campus.ts'
import { launchChromium, missingChromium } from './chromium.ts'

const missing = missingChromium ?? (existsSync(join(BUILT_CLIENT, 'index.html')) ? undefined : 'the client is not built')

describe('the web client without a line', { skip: unless(missing), timeout: 240_000 }, () => {
  let campus: Campus
  let browser: Browser
  const contexts: BrowserContext[] = []
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
  })
  after(async () => {
    await Promise.all(contexts.map(context => context.close()))
    await browser?.close()
    campus?.line.wake()
    await campus?.stop()
  })

  async function signsIn(name: string, context?: BrowserContext): Promise<Page> {
    const its = context ?? (await browser.newContext({ ignoreHTTPSErrors: true }))
    if (!context) contexts.push(its)
    const page = await its.newPage()
    await page.goto(campus.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('test')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    return page
  }
  const opens = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${campus.url}/p/${name}`)
    await page.getByRole('textbox').waitFor()
  }
  const says = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }
  const hasWorker = (page: Page): Promise<unknown> => page.evaluate('navigator.serviceWorker.ready.then(({ active }) => active.state)')
  const log = (page: Page, text: string) => page.getByRole('log').getByText(text)

  test('opens from what it kept, and what was written goes once when the line is back', async () => {
    const [fanf2, amt33] = [await signsIn('fanf2'), await signsIn('amt33')]
    await opens(amt33, 'fanf2')
    await opens(fanf2, 'amt33')
    await says(fanf2, 'said with a line')
    await fanf2.getByText(/^(?:Delivered|Read)$/).waitFor()
    await says(amt33, 'heard with a line')
    await log(fanf2, 'heard with a line').waitFor()
    await hasWorker(fanf2)
    await fanf2.reload()
    await log(fanf2, 'heard with a line').waitFor()
    campus.line.sleep()
    await fanf2.getByText('You’re offline').waitFor()
    await says(fanf2, 'written on the train')
    await fanf2.getByRole('textbox').fill('half a thought')
    await fanf2.reload()
    await log(fanf2, 'heard with a line').waitFor()
    await log(fanf2, 'written on the train').waitFor()
    await fanf2.getByText('Waiting to be sent').waitFor()
    assert.equal(await fanf2.getByRole('textbox').inputValue(), 'half a thought')
    await says(fanf2, 'and after the tunnel')
    campus.line.wake()
    await log(amt33, 'and after the tunnel').waitFor()
    await fanf2
      .getByText(/^(?:Delivered|Read)$/)
      .last()
      .waitFor()
    for (const page of [fanf2, amt33])
      for (const text of ['said with a line', 'heard with a line', 'written on the train', 'and after the tunnel'])
        assert.equal(await log(page, text).count(), 1, text)
    const order = await amt33.getByRole('log').innerText()
    assert.ok(order.indexOf('written on the train') < order.indexOf('and after the tunnel'))
  })
})
