/** The web client by the keyboard alone: no test here touches the mouse. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { says, signsIn } from './signed-in.ts'

describe('the keyboard alone', { skip: unless(missingClient), timeout: 180_000 }, () => {
  let campus: Campus
  let browser: Browser
  let me: Page
  const contexts: BrowserContext[] = []
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
    const [fanf2, amt33] = [await signsIn(campus, browser, 'fanf2'), await signsIn(campus, browser, 'amt33')]
    contexts.push(fanf2.context, amt33.context)
    me = fanf2.page
    await says(amt33.page, campus.url, 'fanf2', 'Have you seen the proofs?')
    await says(amt33.page, campus.url, 'fanf2', 'They are in the Old Library.')
    await me.locator('.side .count.at').waitFor()
  })
  after(async () => {
    await Promise.all(contexts.map(context => context.close()))
    await browser?.close()
    await campus?.stop()
  })

  /** What has the keyboard: its accessible words, or what it is. */
  const focused = (): Promise<string> => {
    const element = me.locator(':focus')
    return element.evaluate(node => node.getAttribute('aria-label') ?? node.textContent?.trim() ?? '')
  }
  const presses = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await me.keyboard.press(key)
  }
  const path = (): string => new URL(me.url()).pathname
  const fresh = async (): Promise<void> => {
    await me.goto(campus.url)
    await me.locator('.side .list a').first().waitFor()
  }

  test('the first Tab leads past the list, the next one through the page in the order it is read', async () => {
    await fresh()
    await presses('Tab')
    assert.equal(await focused(), 'Skip to the conversation')
    await presses('Enter')
    assert.equal(await me.locator(':focus').getAttribute('id'), 'main')
    assert.equal(path(), '/')
    await fresh()
    await presses('Tab', 'Tab')
    assert.match(await focused(), /Tony Finch|fanf2/)
    await presses('Tab')
    assert.match(await focused(), /Find anything/)
  })

  test('Control+K finds a person by a few letters, and Enter leads there, ready to write; Escape gives the keyboard back', async () => {
    await fresh()
    await presses('Tab', 'Tab', 'Control+k')
    await me.getByRole('combobox').waitFor()
    await me.keyboard.type('zzz')
    await presses('Escape')
    await me.getByRole('combobox').waitFor({ state: 'hidden' })
    assert.match(await focused(), /Tony Finch|fanf2/)
    await presses('Control+k')
    await me.getByRole('combobox').waitFor()
    await me.keyboard.type('mvw1')
    await me.getByRole('option', { selected: true }).getByText('mvw1').first().waitFor()
    await presses('Enter')
    await me.waitForURL(`${campus.url}/p/mvw1`)
    await me.keyboard.type('Written without a mouse')
    await presses('Enter')
    await me.getByRole('log').getByText('Written without a mouse').waitFor()
  })

  test('what was said and what one can do is in the palette too', async () => {
    await presses('Control+k')
    await me.getByRole('combobox').waitFor()
    await me.keyboard.type('proofs')
    await me.getByRole('option', { name: 'Have you seen the proofs?' }).waitFor()
    await me.getByRole('combobox').fill('busy')
    await me.getByRole('option', { name: 'Busy', selected: true }).waitFor()
    await presses('Enter')
    await me.locator('.side .me .dot.busy').waitFor()
  })

  test('? lists the keys, and Escape closes it', async () => {
    await fresh()
    await presses('?')
    await me.getByRole('dialog', { name: 'Keys' }).getByText('To the next unread conversation').waitFor()
    await presses('Escape')
    await me.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  test('keys of one letter can be turned off, and then do nothing', async () => {
    await fresh()
    await presses('?')
    await me.getByRole('checkbox').focus()
    await presses('Space', 'Escape', 'p')
    assert.equal(path(), '/')
    await presses('Control+/')
    await me.getByRole('checkbox').focus()
    await presses('Space', 'Escape', 'p')
    await me.waitForURL(`${campus.url}/people`)
  })

  test('n leads to what is unread; arrows through messages; r answers; Escape goes back to the field', async () => {
    await fresh()
    await presses('n')
    await me.waitForURL(`${campus.url}/p/amt33`)
    await me.getByRole('log').getByText('They are in the Old Library.').waitFor()
    assert.equal(await focused(), 'Message Alan Turing')
    await presses('Escape')
    await me.locator('.composer textarea').blur()
    await presses('l')
    await presses('ArrowUp')
    await me.locator('.message:focus', { hasText: 'Have you seen the proofs?' }).waitFor()
    await presses('Escape')
    assert.match(await focused(), /^Message /)
    await me.locator('.composer textarea').blur()
    await presses('l', 'ArrowUp', 'r')
    await me.getByText(/^Replying to/).waitFor()
    await me.keyboard.type('Not yet')
    await presses('Enter')
    await me.locator('.message', { hasText: 'Not yet' }).locator('.quoted').waitFor()
  })

  test('arrows walk a list; Alt with them walks the conversations', async () => {
    // One in which nothing was said is listed only as long as it is open.
    await says(me, campus.url, 'mvw1', 'Good morning')
    await fresh()
    await me.locator('.side .list a').first().focus()
    await presses('ArrowDown')
    await me.locator('.side .list li:nth-child(2) a:focus').waitFor()
    await presses('Home')
    const first = (await me.locator(':focus').getAttribute('href')) ?? assert.fail('Home leads to no conversation')
    await presses('Enter')
    await me.waitForURL(`${campus.url}${first}`)
    await presses('Alt+ArrowDown')
    await me.waitForURL(url => url.pathname !== first)
    await presses('Alt+ArrowUp')
    await me.waitForURL(`${campus.url}${first}`)
  })

  test('a status with a place and an end is said, and others see it', async () => {
    await fresh()
    await presses('s')
    await me.getByRole('dialog', { name: 'How you are' }).waitFor()
    await me.getByLabel('Where you are').focus()
    await me.keyboard.type('Wolfson Court')
    await me.getByRole('button', { name: '1 hour' }).focus()
    await presses('Enter')
    await me.getByText(/Wolfson Court, till \d/).waitFor()
    await me.getByRole('button', { name: 'Save' }).focus()
    await presses('Enter')
    await me.locator('.side .line', { hasText: /Wolfson Court, till/ }).waitFor()
    const [, amt33] = contexts.map(context => context.pages()[0])
    await amt33?.locator('.top .names', { hasText: /Wolfson Court, till/ }).waitFor()
  })
})
