/** Every screen and state by axe: light and dark, at a desk and on a phone, left to right and right to left; large text, a narrow window, forced colours, motion. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { violations } from './axe.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { SCREENS, type Screen } from './screens.ts'
import { says, signsIn } from './signed-in.ts'

const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

describe('the web client, for everybody', { skip: unless(missingClient), timeout: 600_000 }, () => {
  let campus: Campus
  let browser: Browser
  let me: Page
  let other: Page
  const contexts: BrowserContext[] = []
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
    const [fanf2, amt33] = [await signsIn(campus, browser, 'fanf2'), await signsIn(campus, browser, 'amt33')]
    contexts.push(fanf2.context, amt33.context)
    for (const { page } of [fanf2, amt33]) page.setDefaultTimeout(10_000)
    ;[me, other] = [fanf2.page, amt33.page]
    await me.goto(`${campus.url}/rooms`)
    await me.locator('main input[type=search]').fill('Old Library')
    await me.locator('main .button.primary').last().click()
    await me.waitForURL(`${campus.url}/r/old-library`)
    await me.locator('.composer textarea').fill('Quiet, please')
    await me.keyboard.press('Enter')
    await me.locator('.message').first().waitFor()
    await says(me, campus.url, 'amt33', 'Count the cosets:\n```\n|G| = |H| · [G:H]\n```\nand *then* ||twelve||')
    await me.goto(`${campus.url}/people`)
    await says(other, campus.url, 'fanf2', 'See https://www.maths.cam.ac.uk/ for `order(g)`')
    await me.locator('.side .count.at').waitFor()
  })
  after(async () => {
    await Promise.all(contexts.map(context => context.close()))
    await browser?.close()
    await campus?.stop()
  })

  const opens = async ({ path, until, after: further }: Screen): Promise<void> => {
    await me.setViewportSize(DESK)
    await me.goto(campus.url + path)
    await me.locator(until).first().waitFor()
    await further?.(me)
  }
  const speaks = async (code: string): Promise<void> => {
    await me.evaluate(`localStorage.setItem('language', '${code}')`)
  }

  for (const code of ['en', 'ar'])
    for (const screen of SCREENS)
      test(`${screen.name} (${code}): axe finds nothing`, async () => {
        await speaks(code)
        await opens(screen)
        assert.equal(await me.locator('html').getAttribute('dir'), code === 'ar' ? 'rtl' : 'ltr')
        const found: string[] = []
        for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE }))
          for (const colorScheme of ['light', 'dark'] as const) {
            await me.setViewportSize(viewport)
            await me.emulateMedia({ colorScheme })
            found.push(...(await violations(me)).map(one => `${size}, ${colorScheme}: ${one}`))
          }
        assert.deepEqual(found, [])
      })

  test('before one is signed in: axe finds nothing', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'ar' })
    contexts.push(context)
    const page = await context.newPage()
    await page.goto(campus.url)
    await page.locator('.outside').waitFor()
    assert.equal(await page.locator('html').getAttribute('dir'), 'rtl')
    assert.deepEqual(await violations(page), [])
  })

  test('with letters twice as large, and in a window of 320 pixels, nothing is cut off', async () => {
    await speaks('en')
    for (const screen of SCREENS) {
      await opens(screen)
      await me.evaluate(`document.documentElement.style.fontSize = '200%'`)
      assert.deepEqual(await cutOff(me), [], `${screen.name}, letters of 200 %`)
      await me.evaluate(`document.documentElement.style.fontSize = ''`)
      await me.setViewportSize({ width: 320, height: 640 })
      assert.deepEqual(await cutOff(me), [], `${screen.name}, 320 pixels`)
    }
  })

  test('with forced colours what is chosen and what has the keyboard is still to be seen', async () => {
    await speaks('en')
    await me.emulateMedia({ forcedColors: 'active' })
    for (const [path, chosen] of [
      ['/p/amt33', '.side .item[aria-current]'],
      ['/p/amt33', '.composer textarea:focus'],
    ] as const) {
      await me.setViewportSize(DESK)
      await me.goto(campus.url + path)
      await me.locator('.message').first().waitFor()
      await me.keyboard.press('c')
      await me.locator(chosen).waitFor()
      const style = await me.evaluate(`(() => {
        const element = document.querySelector(${JSON.stringify(chosen)})
        const { outlineStyle, outlineWidth } = getComputedStyle(element.closest('.box') ?? element)
        return outlineStyle + ' ' + outlineWidth
      })()`)
      assert.match(String(style), /^solid [1-9]/, chosen)
    }
    await me.emulateMedia({ forcedColors: 'none' })
  })

  test('whoever wants no motion gets none', async () => {
    await me.emulateMedia({ reducedMotion: 'reduce' })
    for (const path of ['/p/amt33', '/settings']) {
      await me.goto(campus.url + path)
      await me.locator('main h1').first().waitFor()
      const moving = await me.evaluate(`[...document.querySelectorAll('*')].filter(one => {
        const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(one)
        return [transitionDuration, animationDuration].some(all => all.split(',').some(time => parseFloat(time) > 0.001)) || scrollBehavior === 'smooth'
      }).map(one => one.className)`)
      assert.deepEqual(moving, [])
    }
    await me.emulateMedia({ reducedMotion: 'no-preference' })
  })

  test('a screen reader is told what arrives, not what is loaded', async () => {
    await me.goto(`${campus.url}/p/amt33`)
    await me.locator('.message').first().waitFor()
    assert.equal(await me.locator('[data-announcer]').textContent(), '')
    await says(other, campus.url, 'fanf2', 'Is the *kettle* on?')
    await me.locator('[data-announcer]', { hasText: /Alan Turing: Is the .?kettle.? on\?/ }).waitFor({ state: 'attached' })
    assert.equal(await me.locator('[data-announcer]').getAttribute('aria-live'), 'polite')
  })
})

/** Controls and texts that stick out of the window sideways, or whose words are cut without a sign of it. */
async function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const width = document.documentElement.clientWidth
    const isShown = one => one.checkVisibility() && !one.closest('.hidden, .skip, .toast, pre')
    const out = [...document.querySelectorAll('main *, nav *, dialog *')].filter(isShown).filter(one => {
      const { left, right, width: own } = one.getBoundingClientRect()
      return own > 1 && (left < -1 || right > width + 1) && !(one instanceof SVGElement)
    })
    return [...new Set(out.map(one => one.tagName + '.' + one.className))].slice(0, 10)
  })()`)
}
