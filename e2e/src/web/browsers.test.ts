/** Two browsers of one person: one ends the other, which is out within seconds, with its cookie; the first goes on. Also across restarts of either server. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { violations } from './axe.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { type Window, Windows } from './windows.ts'

const LIBRARY = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe('browsers of one person', { skip: unless(missingClient), timeout: 180_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
    windows = new Windows(campus, browser)
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    await campus?.stop()
  })

  const panel = (page: Page) => page.getByRole('region', { name: 'Your devices and browsers' })
  /** It has a line, then. */
  const looks = async ({ page }: Window): Promise<void> => {
    await page.goto(`${campus.url}/settings`)
    await panel(page).getByRole('listitem').first().waitFor()
  }
  /** Whom the tier takes this browser for. */
  const isSignedIn = async ({ page }: Window): Promise<boolean> =>
    ((await (await page.request.get(`${campus.url}/session`)).json()) as { address: string | null }).address !== null
  const isOut = async (window: Window): Promise<void> => {
    await window.page.getByRole('link', { name: 'Sign in' }).waitFor({ timeout: 5000 })
    assert.equal(await isSignedIn(window), false)
  }

  test('see each other by name, place and last use; one ends the other, and goes on', async () => {
    const [desk, library, other] = [
      await windows.signsIn('fanf2'),
      await windows.signsIn('fanf2', { userAgent: LIBRARY }),
      await windows.signsIn('amt33'),
    ]
    for (const window of [library, desk]) await looks(window)
    const rows = panel(desk.page).getByRole('listitem')
    const texts = await rows.allInnerTexts()
    assert.match(texts[0] ?? '', /Chrome on .*127\.0\.0\.1 · This browser/s)
    assert.match(texts[1] ?? '', /Firefox on Windows.*127\.0\.0\.1 · Connected/s)
    assert.equal(texts.length, 2)
    assert.deepEqual(await violations(desk.page), [])
    const button = panel(desk.page).getByRole('button', { name: 'Sign out: Firefox on Windows' })
    await button.focus()
    await desk.page.keyboard.press('Enter')
    await isOut(library)
    await library.page.goto(campus.url)
    await isOut(library)
    await desk.page.getByText('Firefox on Windows is signed out').waitFor()
    assert.equal(await rows.count(), 1)
    assert.equal(await desk.page.evaluate('document.activeElement.id'), 'own-devices')
    await windows.opens(desk, 'amt33')
    await windows.says(desk, 'still here')
    await windows.opens(other, 'fanf2')
    await other.page.getByRole('log').getByText('still here').waitFor()
    assert.ok(await isSignedIn(desk))
  })

  test('a browser whose page is closed is ended as well; by plodge too', async () => {
    const [desk, closed] = [await windows.signsIn('ref25'), await windows.signsIn('ref25', { userAgent: LIBRARY })]
    await looks(closed)
    await closed.page.goto('about:blank')
    assert.ok(await isSignedIn(closed))
    const id = /^(\w{20})\s+Firefox on Windows/m.exec(await campus.does('user', 'devices', 'ref25'))?.[1] ?? ''
    await campus.does('user', 'devices', 'ref25', 'revoke', id)
    await closed.page.goto(campus.url)
    await isOut(closed)
    assert.doesNotMatch(await campus.does('user', 'devices', 'ref25'), /Firefox/)
    assert.ok(await isSignedIn(desk))
  })

  test('a device with a password of its own is shut out after a second press, from the keyboard', async () => {
    await campus.does('user', 'devices', 'mvw1', 'add-password', 'old phone')
    const desk = await windows.signsIn('mvw1')
    await looks(desk)
    const { page } = desk
    const ending = panel(page).getByRole('button', { name: 'Shut out: old phone' })
    await ending.press('Enter')
    await panel(page).getByText('To come back, it needs a new password').waitFor()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await ending.waitFor()
    assert.equal(await page.evaluate(`document.activeElement.getAttribute('aria-label')`), 'Shut out: old phone')
    await page.keyboard.press('Enter')
    assert.deepEqual(await violations(page), [])
    await page.keyboard.press('Enter')
    await page.getByText('old phone is signed out').waitFor()
    assert.doesNotMatch(await campus.does('user', 'devices', 'mvw1'), /old phone/)
  })

  test('whoever signs out leaves the list, and after a restart of both servers the others are on it and ended as before', async () => {
    const [desk, library, gone] = [
      await windows.signsIn('cpg10'),
      await windows.signsIn('cpg10', { userAgent: LIBRARY }),
      await windows.signsIn('cpg10', { userAgent: LIBRARY.replace('Windows NT 10.0', 'X11; Linux') }),
    ]
    for (const window of [library, gone]) await looks(window)
    await gone.page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await gone.page.getByText('You are signed out').waitFor()
    await campus.server.stop()
    await campus.server.start()
    // Their lines are there again.
    for (const window of [library, desk]) await looks(window)
    const rows = panel(desk.page).getByRole('listitem')
    assert.equal(await rows.count(), 2)
    await panel(desk.page).getByRole('button', { name: 'Sign out: Firefox on Windows' }).click()
    await isOut(library)
    assert.ok(await isSignedIn(desk))
  })
})
