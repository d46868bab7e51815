/** A browser, Chromium, from signing in to being locked out, against the sample campus. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { type Campus, startCampus } from './campus.ts'
import { launchChromium, missingChromium } from './chromium.ts'

describe('a browser', { skip: unless(missingChromium), timeout: 120_000 }, () => {
  let campus: Campus
  let browser: Browser
  const contexts: BrowserContext[] = []
  before(async () => {
    campus = await startCampus()
    browser = await launchChromium()
  })
  after(async () => {
    await Promise.all(contexts.map(context => context.close()))
    await browser?.close()
    await campus?.stop()
  })

  interface Window {
    readonly page: Page
    readonly context: BrowserContext
    readonly frames: string[]
    readonly asked: Set<string>
    readonly complaints: string[]
  }

  async function opens({ url }: Campus): Promise<Window> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    contexts.push(context)
    const page = await context.newPage()
    const [frames, asked, complaints]: [string[], Set<string>, string[]] = [[], new Set(), []]
    page.on('websocket', socket => {
      socket.on('framesent', ({ payload }) => void frames.push(`> ${payload.toString()}`))
      socket.on('framereceived', ({ payload }) => void frames.push(`< ${payload.toString()}`))
    })
    page.on('request', request => void asked.add(new URL(request.url()).origin))
    page.on('pageerror', error => void complaints.push(error.message))
    page.on('console', message => void (/Content Security Policy/.test(message.text()) && complaints.push(message.text())))
    await page.goto(url)
    return { page, context, frames, asked, complaints }
  }

  async function signsIn(here: Campus, name: string): Promise<Window> {
    const window = await opens(here)
    const { page } = window
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('test')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(`You are ${name}@localhost.`).waitFor()
    return window
  }

  async function says({ page }: Window, to: string, text: string): Promise<void> {
    await page.getByLabel('To').fill(to)
    await page.locator('#text').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }

  test('signs in, sends, receives; nothing of it is in the address bar, from elsewhere, or against the policy', async () => {
    const [fanf2, amt33] = [await signsIn(campus, 'fanf2'), await signsIn(campus, 'amt33')]
    await says(fanf2, 'amt33', 'Good <b>morning</b> & 🎈')
    await amt33.page.getByText('fanf2@localhost: Good <b>morning</b> & 🎈').waitFor()
    await says(amt33, 'fanf2@localhost', 'Likewise')
    await fanf2.page.getByText('amt33@localhost: Likewise').waitFor()
    assert.equal(fanf2.page.url(), `${campus.url}/`)
    assert.deepEqual([...fanf2.asked].sort(), [campus.url, campus.signOnUrl].sort())
    assert.deepEqual(fanf2.complaints, [])
    // The browser sees nothing of any log-in.
    assert.ok(fanf2.frames.length > 0)
    assert.deepEqual(
      fanf2.frames.filter(frame => /xmpp-sasl|EXTERNAL|urn:xmpp:sasl/.test(frame)),
      [],
    )
    const cookies = (await fanf2.context.cookies()).filter(({ name }) => name.startsWith('__Host-plodge'))
    assert.deepEqual(
      cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]),
      [['__Host-plodge', true, 'Strict']],
    )
  })

  test('loses the line, and resumes: what was sent to it meanwhile arrives once', async () => {
    const [mvw1, djw2] = [await signsIn(campus, 'mvw1'), await signsIn(campus, 'djw2')]
    await says(mvw1, 'djw2', 'before')
    await djw2.page.getByText('mvw1@localhost: before').waitFor()
    campus.line.cut()
    await says(mvw1, 'djw2', 'meanwhile')
    await djw2.page.getByText('mvw1@localhost: meanwhile').waitFor()
    await says(djw2, 'mvw1', 'afterwards')
    await mvw1.page.getByText('djw2@localhost: afterwards').waitFor()
    for (const { frames } of [mvw1, djw2]) assert.equal(frames.filter(frame => frame.startsWith('< <resumed')).length, 1)
    assert.equal(djw2.frames.filter(frame => /^< .*meanwhile/.test(frame)).length, 1)
  })

  test('signs out in one window, and is out in the other', async () => {
    const { page, context } = await signsIn(campus, 'ref25')
    const other = await context.newPage()
    await other.goto(campus.url)
    await other.getByText('You are ref25@localhost.').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out').waitFor()
    await other.getByText('You signed out').waitFor()
    await other.getByRole('link', { name: 'Sign in' }).waitFor()
  })

  test('whose person is locked is out within seconds, and cannot come back', async () => {
    const { page } = await signsIn(campus, 'cpg10')
    const locked = performance.now()
    await campus.does('user', 'lock', 'cpg10')
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    assert.ok(performance.now() - locked < 5000)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByText(/not be here any more|not signed in/).waitFor()
  })

  test('who cancels is told so', async () => {
    const { page } = await opens(campus)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('You cancelled it.').waitFor()
  })
})
