/** `npm run screenshots`: every screen of the web client, light and dark, at a desk and on a phone, into docs/screenshots. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { BUILT_CLIENT, type Campus, startCampus } from './campus.ts'
import { launchChromium } from './chromium.ts'

const FOLDER = process.argv[2] ?? join(import.meta.dirname, '../../../docs/screenshots')
const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

const campus = await startCampus(BUILT_CLIENT)
const browser = await launchChromium()
try {
  mkdirSync(FOLDER, { recursive: true })
  await show(campus, browser)
} finally {
  await browser.close()
  await campus.stop()
}

async function show(here: Campus, browser: Browser): Promise<void> {
  const names = ['fanf2', 'amt33', 'mvw1', 'djw2'] as const
  const [me, ...others] = await Promise.all(names.map(name => signIn(here, browser, name)))
  if (!me) return
  await me.page.screenshot({ path: join(FOLDER, 'inbox-empty.png') })
  const [amt33, mvw1, djw2] = others.map(({ page }) => page)
  if (!amt33 || !mvw1 || !djw2) return
  await talk(here, me.page, amt33)
  await meet(here, me.page, amt33)
  await say(here, mvw1, 'fanf2', 'Shall we say 14:00 in the Old Library?')
  await say(here, djw2, 'fanf2', 'The printer in W16 is back. Thanks for looking at it!')
  await say(here, djw2, 'fanf2', 'One more thing: who has the key to the _store room_?')
  const places = {
    inbox: '/',
    conversation: '/p/amt33',
    room: '/r/algebra',
    thread: new URL(await threadIn(here, me.page)).pathname,
    people: '/people',
    rooms: '/rooms',
    search: '/search?q=cosets',
    settings: '/settings',
  }
  for (const [name, path] of Object.entries(places)) {
    await me.page.goto(here.url + path)
    await me.page.locator('main h1').first().waitFor()
    await me.page.waitForLoadState('networkidle')
    for (const colorScheme of ['light', 'dark'] as const) {
      await me.page.emulateMedia({ colorScheme })
      for (const [size, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
        await me.page.setViewportSize(viewport)
        await me.page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) })
      }
    }
  }
}

/** A room in which two things are spoken of at once. */
async function meet(here: Campus, me: Page, other: Page): Promise<void> {
  await me.goto(`${here.url}/rooms`)
  await me.getByRole('button', { name: 'New room…' }).click()
  const dialogue = me.getByRole('dialog')
  await dialogue.getByLabel('What is it to be called?').fill('Algebra')
  await dialogue.getByRole('button', { name: 'Next' }).click()
  await dialogue.getByText('Open', { exact: true }).click()
  await dialogue.getByRole('button', { name: 'Make the room' }).click()
  await me.getByRole('heading', { name: 'Algebra', level: 1 }).waitFor()
  await other.goto(`${here.url}/r/algebra`)
  await other.getByRole('button', { name: 'Join' }).click()
  await speak(other, 'Good morning! The examples sheet is out.')
  await begin(other, 'Sheet 2, question 4', 'Has anyone done this one? I count 24, but that looks wrong.')
  await begin(me, 'Trip to Ely', 'Saturday at nine, at the station?')
  await me
    .getByRole('link', { name: /Sheet 2/ })
    .first()
    .click()
  await speak(me, 'Count the cosets first, then look whether you had the identity twice: $|G| = |H| \\cdot [G:H]$')
  await other
    .getByRole('link', { name: /Trip to Ely/ })
    .first()
    .click()
  await speak(other, 'I bring the boots and the map.')
  await other
    .getByRole('link', { name: /Sheet 2/ })
    .first()
    .click()
  await speak(other, 'That was it. Thank you!')
  await other.getByRole('link', { name: 'Everything' }).click()
  await speak(other, 'By the way: the lecture on Thursday is in the other room.')
}

async function begin(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'New thread' }).click()
  await page.getByLabel('What is the thread about?').fill(name)
  await speak(page, text)
  await page.getByRole('link', { name: 'Everything' }).click()
}

async function speak(page: Page, text: string): Promise<void> {
  await page.locator('.composer textarea').fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.locator('.message.mine .delivery:not([data-delivery=sending])').last().waitFor()
}

async function threadIn(here: Campus, page: Page): Promise<string> {
  await page.goto(`${here.url}/r/algebra`)
  await page
    .locator('.thread-bar')
    .getByRole('link', { name: /Sheet 2/ })
    .click()
  await page.waitForURL(/\/t\//)
  return page.url()
}

async function talk(here: Campus, me: Page, other: Page): Promise<void> {
  await say(here, other, 'fanf2', 'Does anyone have a hint for question 4? I count 24 but that looks wrong.')
  await say(
    here,
    me,
    'amt33',
    'Count cosets first, then check whether you included the identity twice:\n```python\ndef order(g):\n    return len(orbit(g)) * len(stabiliser(g))\n```',
  )
  await say(here, other, 'fanf2', '> then check whether you included the identity twice\nI *did*. That was it!')
  await say(
    here,
    other,
    'fanf2',
    'It is all in https://www.maths.cam.ac.uk/undergrad/course now, with the answer to 5: ||12, by Lagrange||',
  )
  await say(here, me, 'amt33', 'Good. See you on Thursday at four, then.')
  const row = other.locator('.message', { hasText: 'Count cosets' }).first()
  await other.goto(`${here.url}/p/fanf2`)
  await row.hover()
  await row.getByRole('button', { name: 'React', exact: true }).click()
  await row.getByRole('button', { name: 'React ❤️' }).click()
  await row.getByRole('button', { name: /^❤️ 1/ }).waitFor()
}

async function say(here: Campus, page: Page, to: string, text: string): Promise<void> {
  await page.goto(`${here.url}/p/${to}`)
  await page.getByRole('textbox').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(/^(?:Sent|Delivered|Read)$/).waitFor()
}

async function signIn({ url }: Campus, browser: Browser, name: string): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: DESK, colorScheme: 'light', locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(url)
  if (name === 'fanf2') await page.screenshot({ path: join(FOLDER, 'sign-in.png') })
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill('test')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Inbox' }).waitFor()
  return { page, context }
}
