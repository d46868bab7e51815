/** Threads of rooms in the web client, in Chromium: begun, named, read by themselves, and plain messages to clients that know none. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { Profanity, profanityMissing } from '../clients/profanity.ts'
import { unless } from '../clients/skip.ts'
import { violations } from './axe.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { type Window, Windows } from './windows.ts'

describe('threads of rooms', { skip: unless(missingClient), timeout: 240_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  let fanf2: Window
  let amt33: Window
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
    windows = new Windows(campus, browser)
    fanf2 = await windows.signsIn('fanf2')
    amt33 = await windows.signsIn('amt33')
    for (const { page } of [fanf2, amt33]) page.setDefaultTimeout(10_000)
    await makes(fanf2, 'Algebra')
    await amt33.page.goto(`${campus.url}/r/algebra`)
    await amt33.page.getByRole('button', { name: 'Join' }).click()
    await windows.says(amt33, 'Hello, all')
    await fanf2.page.getByRole('log').getByText('Hello, all').waitFor()
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    await campus?.stop()
  })

  async function makes({ page }: Window, name: string): Promise<void> {
    await page.goto(`${campus.url}/rooms`)
    await page.getByRole('button', { name: 'New room…' }).click()
    const dialogue = page.getByRole('dialog')
    await dialogue.getByLabel('What is it to be called?').fill(name)
    await dialogue.getByRole('button', { name: 'Next' }).click()
    await dialogue.getByText('Open', { exact: true }).click()
    await dialogue.getByRole('button', { name: 'Make the room' }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
  }
  const bar = ({ page }: Window) => page.getByRole('navigation', { name: 'Threads of this room' })
  const log = ({ page }: Window) => page.getByRole('log')
  const inList = ({ page }: Window) => page.locator('.side .list li', { hasText: 'Algebra' })
  async function begins(window: Window, name: string, text: string): Promise<void> {
    await log(window).focus()
    await window.page.keyboard.press('t')
    await window.page.getByLabel('What is the thread about?').pressSequentially(name)
    await window.page.keyboard.press('Enter')
    await window.page.locator('.composer textarea:focus').waitFor()
    await window.page.keyboard.type(text)
    await window.page.keyboard.press('Enter')
    await log(window).getByText(text).waitFor()
  }

  test('somebody begins a thread by keyboard; another sees its name, goes there, and answers in it', async () => {
    await begins(fanf2, 'Sheet 2', 'Who has done question 4?')
    await fanf2.page.waitForURL(/\/r\/algebra\/t\/[\w-]+$/)
    assert.equal(await log(fanf2).getByText('Hello, all').count(), 0, 'only the thread is shown')
    await log(amt33).getByRole('link', { name: 'To the thread “Sheet 2”' }).click()
    assert.equal(new URL(amt33.page.url()).pathname, new URL(fanf2.page.url()).pathname)
    await windows.says(amt33, 'I have: cosets')
    await log(fanf2).getByText('I have: cosets').waitFor()
    await bar(fanf2).getByRole('link', { name: 'Everything' }).click()
    await log(fanf2).getByText('Hello, all').waitFor()
    assert.equal(await log(fanf2).locator('a.thread').count(), 2, 'each who speaks in it is seen to')
  })

  test('an answer stays in the thread, from wherever it is given', async () => {
    const row = fanf2.page.locator('.message', { hasText: 'I have: cosets' })
    await row.hover()
    await row.getByRole('button', { name: 'Reply' }).click()
    await windows.says(fanf2, 'Thank you!')
    await log(amt33).getByText('Thank you!').waitFor()
    assert.match(amt33.page.url(), /\/t\//)
  })

  test('what is unread is told by thread, read by itself, and known on another device', async () => {
    await amt33.page.goto(`${campus.url}/people`)
    await windows.says(fanf2, 'Cake at four')
    await begins(fanf2, 'Trip to Ely', 'Saturday at nine?')
    await windows.says(fanf2, 'Bring boots')
    await inList(amt33).getByText('3 unread messages').waitFor({ state: 'attached' })
    await bar(fanf2).getByRole('link', { name: 'Sheet 2' }).click()
    const sheet = new URL(fanf2.page.url()).pathname
    await windows.says(fanf2, 'Question 5 as well')
    await amt33.page.goto(campus.url + sheet)
    await log(amt33).getByText('Question 5 as well').waitFor()
    await bar(amt33).getByRole('link', { name: 'Trip to Ely 2 unread messages' }).waitFor()
    await inList(amt33).getByText('3 unread messages').waitFor({ state: 'attached' })
    const second = await windows.signsIn('amt33')
    await inList(second).getByText('3 unread messages').waitFor({ state: 'attached' })
    await bar(amt33)
      .getByRole('link', { name: /Trip to Ely/ })
      .click()
    await log(amt33).getByText('Bring boots').waitFor()
    await inList(second).getByText('1 unread message').waitFor({ state: 'attached' })
    await bar(amt33).getByRole('link', { name: 'Everything' }).click()
    await inList(second).locator('.count').waitFor({ state: 'detached' })
    await second.page.close()
  })

  test('a link to a thread opens it from the archive, in a browser that had nothing of it', async () => {
    await bar(fanf2).getByRole('link', { name: 'Sheet 2' }).click()
    const fresh = await windows.signsIn('fanf2')
    await fresh.page.goto(fanf2.page.url())
    await log(fresh).getByText('Who has done question 4?').waitFor()
    assert.equal(await log(fresh).getByText('Cake at four').count(), 0)
    await fresh.page.getByRole('textbox', { name: 'Message Sheet 2' }).waitFor()
    await fresh.page.close()
  })

  test('a thread that is muted counts for nothing', async () => {
    await bar(amt33).getByRole('link', { name: 'Trip to Ely' }).click()
    await amt33.page.getByRole('button', { name: 'Do not tell me of this thread' }).click()
    await amt33.page.goto(`${campus.url}/people`)
    await bar(fanf2).getByRole('link', { name: 'Trip to Ely' }).click()
    await windows.says(fanf2, 'And a map')
    await inList(amt33).getByText('And a map').waitFor()
    assert.equal(await inList(amt33).locator('.count').count(), 0)
  })

  test('no thread begins without a name; Escape gives it up', async () => {
    await bar(fanf2).getByRole('link', { name: 'Everything' }).click()
    await fanf2.page.getByRole('button', { name: 'New thread' }).click()
    await fanf2.page.locator('.composer textarea').fill('nothing yet')
    await fanf2.page.keyboard.press('Enter')
    await fanf2.page.locator('.thread-name input:focus').waitFor()
    assert.equal(await log(fanf2).getByText('nothing yet').count(), 0)
    await fanf2.page.keyboard.press('Escape')
    await fanf2.page.locator('.composer textarea:focus').waitFor()
    await fanf2.page.locator('.composer textarea').fill('')
  })

  test('axe finds nothing wrong with threads, and they fit a phone', async () => {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      await fanf2.page.setViewportSize(viewport)
      for (const name of ['Everything', 'Sheet 2']) {
        await bar(fanf2).getByRole('link', { name }).click()
        await fanf2.page.getByRole('button', { name: 'New thread' }).click()
        await fanf2.page.locator('.thread-name input').waitFor()
        assert.deepEqual(await violations(fanf2.page), [])
        await fanf2.page.getByRole('button', { name: 'Cancel' }).click()
      }
      assert.ok(await fanf2.page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
    }
  })

  test('profanity shows them as plain messages, the first with the name', { skip: unless(profanityMissing) }, async t => {
    const profanity = await Profanity.start(campus.target, { name: 'sr87', password: 'test' }, { resource: 'tty' })
    t.after(() => profanity.quit())
    profanity.type(`/join algebra@group.${campus.target.domain}`)
    await profanity.shows(/amt33/)
    await bar(fanf2).getByRole('link', { name: 'Everything' }).click()
    await begins(fanf2, 'Exams', 'Which room is it?')
    await profanity.shows(/Exams/)
    await profanity.shows(/Which room is it\?/)
    await windows.says(fanf2, 'The large one')
    await profanity.shows(/The large one/)
  })

  test('pages complained of nothing', () => {
    assert.deepEqual([...fanf2.complaints, ...amt33.complaints], [])
  })
})
