/** Signing in with a password, where that is switched on, as somebody in front of Chromium does it: in three languages, wrong and right. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { violations } from './axe.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'

const LANGUAGES = [
  { locale: 'en-GB', dir: 'ltr', way: 'Sign in with a chat password', name: 'Name', password: 'Password', wrong: /^That is not right/ },
  { locale: 'de-DE', dir: 'ltr', way: 'Mit einem Chat-Passwort anmelden', name: 'Name', password: 'Passwort', wrong: /^Das stimmt nicht/ },
  { locale: 'ar', dir: 'rtl', way: 'الدخول بكلمة مرور الدردشة', name: 'الاسم', password: 'كلمة المرور', wrong: /^هذا غير صحيح/ },
] as const

describe('signing in with a password', { skip: unless(missingClient), timeout: 120_000 }, () => {
  let campus: Campus
  let browser: Browser
  before(async () => {
    campus = await startCampus(BUILT_CLIENT, { takesPasswords: true })
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
    await campus?.stop()
  })

  const look = async (page: Page): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const viewport of [
        { width: 320, height: 640 },
        { width: 1280, height: 800 },
      ]) {
        await page.setViewportSize(viewport)
        assert.deepEqual(await violations(page), [])
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
      }
    }
  }

  for (const [at, { locale, dir, way, name, password, wrong }] of LANGUAGES.entries()) {
    test(`from the first page, by keyboard: a wrong one says what to do, the right one leads in (${locale})`, async () => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale })
      const page = await context.newPage()
      const complaints: string[] = []
      page.on('console', message => {
        // Chromium tells of every 403 that it shows.
        if (message.type() === 'error' && !message.text().includes('403')) complaints.push(message.text())
      })
      await page.goto(campus.url)
      await page.getByRole('link', { name: way }).click()
      await page.getByLabel(name, { exact: true }).waitFor()
      assert.deepEqual(
        [await page.locator('html').getAttribute('lang'), await page.locator('html').getAttribute('dir')],
        [locale.slice(0, 2), dir],
      )
      await look(page)
      // Whom it is, each language another: guesses at one person are counted.
      await page.keyboard.type(['fanf2', 'amt33', 'mvw1'][at] ?? '')
      await page.keyboard.press('Tab')
      await page.keyboard.type('not it')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').filter({ hasText: wrong }).waitFor()
      assert.equal(await page.getByLabel(name, { exact: true }).inputValue(), ['fanf2', 'amt33', 'mvw1'][at], 'what was typed is there')
      await look(page)
      await page.locator('input[type=password]:focus').waitFor()
      assert.equal(await page.getByLabel(password, { exact: true }).inputValue(), '')
      await page.keyboard.type('test')
      await page.keyboard.press('Enter')
      await page.locator('.shell main h1').first().waitFor()
      assert.equal(new URL(page.url()).pathname, '/')
      assert.deepEqual(complaints, [])
      await context.close()
    })
  }
})
