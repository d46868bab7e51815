/** The web client in Chromium, against the sample campus: from the first sign-in to a conversation, and what may go wrong with it. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'

describe('the web client', { skip: unless(missingClient), timeout: 180_000 }, () => {
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
    await campus?.stop()
  })

  interface Window {
    readonly page: Page
    readonly sent: string[]
    readonly asked: Set<string>
    readonly complaints: string[]
  }

  async function signsIn(name: string): Promise<Window> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    contexts.push(context)
    const page = await context.newPage()
    const [sent, asked, complaints]: [string[], Set<string>, string[]] = [[], new Set(), []]
    page.on('websocket', socket => void socket.on('framesent', ({ payload }) => void sent.push(payload.toString())))
    page.on('request', request => void asked.add(new URL(request.url()).origin))
    page.on('pageerror', error => void complaints.push(error.message))
    page.on(
      'console',
      message => void (message.type() === 'error' && message.location().url.startsWith(campus.url) && complaints.push(message.text())),
    )
    await page.goto(campus.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('test')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    return { page, sent, asked, complaints }
  }
  const opens = async ({ page }: Window, name: string): Promise<void> => {
    await page.goto(`${campus.url}/p/${name}`)
    await page.getByRole('textbox').waitFor()
  }
  const says = async ({ page }: Window, text: string): Promise<void> => {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }

  test('from signing in to talking; what is written is shown as it is, and how far it has come', async () => {
    const [fanf2, amt33] = [await signsIn('fanf2'), await signsIn('amt33')]
    await opens(fanf2, 'amt33')
    await says(fanf2, 'Good <b>morning</b> & 🎈')
    await fanf2.page.getByText('Delivered').waitFor()
    await opens(amt33, 'fanf2')
    await amt33.page.getByRole('log').getByText('Good <b>morning</b> & 🎈').waitFor()
    // Written while the page was beginning, and sent once all the same.
    assert.equal(await amt33.page.getByRole('log').getByText('Good <b>morning</b> & 🎈').count(), 1)
    await fanf2.page.getByText('Read', { exact: true }).waitFor()
    await says(amt33, 'Likewise')
    await fanf2.page.getByRole('log').getByText('Likewise').waitFor()
    assert.equal(new URL(fanf2.page.url()).pathname, '/p/amt33')
    assert.deepEqual([...fanf2.asked].sort(), [campus.url, new URL(campus.signOnUrl).origin].sort())
    assert.deepEqual([...fanf2.complaints, ...amt33.complaints], [])
  })

  test('the first second asks for little', async () => {
    const { page, sent } = await signsIn('mvw1')
    await page.getByText('You’re up to date').waitFor()
    assert.ok(sent.length <= 20, `${sent.length} frames`)
  })

  test('what is written while the line is away goes once when it is back', async () => {
    const [rjd4, djw2] = [await signsIn('rjd4'), await signsIn('djw2')]
    await opens(rjd4, 'djw2')
    await opens(djw2, 'rjd4')
    campus.line.cut()
    await says(rjd4, 'written offline')
    await djw2.page.getByRole('log').getByText('written offline').waitFor()
    await rjd4.page
      .getByText(/Delivered|Read/)
      .first()
      .waitFor()
    assert.equal(await djw2.page.getByRole('log').getByText('written offline').count(), 1)
    assert.equal(await rjd4.page.getByRole('log').getByText('written offline').count(), 1)
  })

  test('a message is edited, felt about, answered and taken back', async () => {
    const [ref25, cpg10] = [await signsIn('ref25'), await signsIn('cpg10')]
    await opens(ref25, 'cpg10')
    await opens(cpg10, 'ref25')
    await says(ref25, 'Tea at fuor?')
    await ref25.page.getByRole('log').getByText('Tea at fuor?').hover()
    await ref25.page.getByRole('button', { name: 'Edit' }).click()
    await ref25.page.getByRole('textbox').fill('Tea at four?')
    await ref25.page.getByRole('button', { name: 'Save' }).click()
    const theirs = cpg10.page.getByRole('log').getByText('Tea at four?')
    await theirs.waitFor()
    await theirs.hover()
    await cpg10.page.getByRole('button', { name: 'React', exact: true }).click()
    await cpg10.page.getByRole('button', { name: 'React 👍' }).click()
    await ref25.page.getByRole('button', { name: /^👍 1/ }).waitFor()
    await theirs.hover()
    await cpg10.page.getByRole('button', { name: 'Reply' }).click()
    await says(cpg10, 'Gladly')
    await ref25.page.getByRole('log').getByText('Gladly').waitFor()
    await ref25.page.locator('.quoted').waitFor()
    const mine = ref25.page.locator('.message', { hasText: 'Tea at four?' }).first()
    await mine.hover()
    await mine.getByRole('button', { name: 'Take back' }).click()
    await cpg10.page.getByRole('log').getByText('This message was taken back.').waitFor()
  })

  test('a room is made, found, entered and talked in', async () => {
    const [maker, finder] = [await signsIn('fanf2'), await signsIn('amt33')]
    await maker.page.goto(`${campus.url}/rooms`)
    await maker.page.getByRole('searchbox').fill('Sheet 2 Algebra')
    await maker.page.getByRole('button', { name: 'Make the room' }).click()
    await maker.page.getByRole('heading', { name: 'Sheet 2 Algebra' }).waitFor()
    await maker.page.getByText('Entering the room…').waitFor({ state: 'hidden' })
    await says(maker, 'Who has question 4?')
    await finder.page.goto(`${campus.url}/rooms`)
    await finder.page.getByRole('button', { name: 'Join' }).last().waitFor()
    await finder.page.getByRole('searchbox').fill('Sheet 2')
    await finder.page.getByRole('button', { name: 'Join' }).click()
    await says(finder, 'I do')
    await maker.page.getByRole('log').getByText('I do').waitFor()
    assert.equal(new URL(finder.page.url()).pathname, '/r/sheet-2-algebra')
    assert.equal(await maker.page.getByRole('log').getByText('Who has question 4?').count(), 1)
    await finder.page.getByRole('log').getByText('Who has question 4?').waitFor()
  })

  test('what was said is found, and leads to where it was said', async () => {
    const window = await signsIn('fanf2')
    await opens(window, 'mvw1')
    await says(window, 'The lodge has an umbrella like zyzzyva')
    await window.page.getByText(/^(?:Sent|Delivered|Read)$/).waitFor()
    await window.page.keyboard.press('Control+k')
    await window.page.getByRole('combobox').fill('zyzzyva')
    await window.page.getByRole('option', { name: 'an umbrella like zyzzyva' }).click()
    await window.page.getByRole('log').getByText('zyzzyva').waitFor()
    assert.match(new URL(window.page.url()).pathname, /^\/p\/mvw1\/m\//)
  })
})
