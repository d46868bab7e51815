/** Rooms and the care of people in the web client, in Chromium against the sample campus. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { Profanity, profanityMissing } from '../clients/profanity.ts'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { type Window, Windows } from './windows.ts'

describe('rooms in the web client', { skip: unless(missingClient), timeout: 240_000 }, () => {
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

  const log = ({ page }: Window): Locator => page.getByRole('log')
  const dialogue = ({ page }: Window): Locator => page.getByRole('dialog')
  const hears = (window: Window, text: string): Promise<void> => log(window).getByText(text).first().waitFor()
  const calm = (...all: readonly Window[]): void =>
    assert.deepEqual(
      all.flatMap(({ complaints }) => complaints),
      [],
    )

  async function makes(window: Window, name: string, kind: string): Promise<void> {
    const { page } = window
    await page.goto(`${campus.url}/rooms`)
    await page.getByRole('button', { name: 'New room…' }).click()
    await dialogue(window).getByLabel('What is it to be called?').fill(name)
    await dialogue(window).getByRole('button', { name: 'Next' }).click()
    await dialogue(window).getByText(kind, { exact: true }).click()
    await dialogue(window).getByRole('button', { name: 'Make the room' }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
  }
  async function details(window: Window): Promise<Locator> {
    const aside = window.page.locator('aside.details')
    if (!(await aside.isVisible())) await window.page.getByRole('button', { name: 'About this room, and its people' }).click()
    await aside.waitFor()
    return aside
  }
  async function invites(window: Window, whom: string, reason: string): Promise<void> {
    await (await details(window)).getByRole('button', { name: 'Invite people…' }).click()
    await dialogue(window).getByLabel('Who?').fill(whom)
    await dialogue(window).getByLabel('A word to them').fill(reason)
    await dialogue(window).getByRole('button', { name: 'Invite', exact: true }).click()
    await dialogue(window).waitFor({ state: 'detached' })
  }
  async function comes(window: Window, room: string): Promise<void> {
    await window.page.goto(`${campus.url}/r/${room}`)
    await window.page.getByRole('button', { name: 'Join' }).click()
    await window.page.getByRole('button', { name: 'About this room, and its people' }).click()
    await window.page.locator('.crowd-row', { hasText: '(You)' }).waitFor()
  }
  /** Of the only other person there. */
  async function menuOf(window: Window): Promise<Locator> {
    await (await details(window)).getByRole('button', { name: /^What to do about/ }).click()
    return window.page.getByRole('menu')
  }

  test('a room for members is made, somebody invited with a word, they accept, and are spoken to', async () => {
    const [fanf2, amt33] = [await windows.signsIn('fanf2'), await windows.signsIn('amt33')]
    await makes(fanf2, 'Tea Committee', 'Members only')
    await invites(fanf2, 'amt33', 'We need your scones')
    await amt33.page.getByText(/invites you to tea-committee: We need your scones/).waitFor()
    await amt33.page.getByRole('button', { name: 'Accept' }).click()
    await windows.says(amt33, 'Here I am')
    await hears(fanf2, 'Here I am')
    await amt33.page.goto(campus.url)
    await amt33.page.getByRole('heading', { name: 'Inbox' }).waitFor()
    const field = fanf2.page.locator('.composer textarea')
    await field.pressSequentially('Welcome @am')
    await fanf2.page.getByRole('option', { name: /amt33/ }).waitFor()
    await field.press('Enter')
    assert.equal(await field.inputValue(), 'Welcome @amt33 ')
    await field.press('Enter')
    await fanf2.page.locator('.mention', { hasText: '@amt33' }).waitFor()
    await amt33.page.getByText('You are named once').first().waitFor({ state: 'attached' })
    await amt33.page.goto(`${campus.url}/r/tea-committee`)
    await amt33.page.locator('.message.mentioned .mention.own').waitFor()
    // XEP-0492 §3: who has not said otherwise is told of all.
    await (await details(amt33)).locator('option:checked', { hasText: 'All messages' }).waitFor({ state: 'attached' })
    calm(fanf2, amt33)
  })

  test('who does not come says so, and whoever invited hears it', async () => {
    const [fanf2, mvw1] = [await windows.signsIn('fanf2'), await windows.signsIn('mvw1')]
    await fanf2.page.goto(`${campus.url}/r/tea-committee`)
    await invites(fanf2, 'mvw1', '')
    await mvw1.page.getByRole('button', { name: 'Decline' }).click()
    await fanf2.page.getByText('mvw1 does not come.').waitFor()
    await fanf2.page.getByRole('button', { name: 'All right' }).click()
    await fanf2.page.getByText('mvw1 does not come.').waitFor({ state: 'detached' })
    await mvw1.page.close()
  })

  test('in a lecture somebody asks to speak, and a moderator lets them', async () => {
    const [djw2, ref25] = [await windows.signsIn('djw2'), await windows.signsIn('ref25')]
    await makes(djw2, 'Lecture 4', 'Lecture')
    await comes(ref25, 'lecture-4')
    await ref25.page.getByRole('button', { name: 'Ask to speak' }).click()
    await djw2.page.getByText('ref25 asks to speak.').waitFor()
    await djw2.page.getByRole('button', { name: 'Let them speak' }).click()
    await ref25.page.getByText('The moderators were asked.').waitFor({ state: 'detached' })
    await windows.says(ref25, 'Why is it 12?')
    await hears(djw2, 'Why is it 12?')
    calm(djw2, ref25)
  })

  test('a moderator removes what another said, puts them out, bans them; only what one may do is offered', async () => {
    const [rjd4, cpg10] = [await windows.signsIn('rjd4'), await windows.signsIn('cpg10')]
    await makes(rjd4, 'Bikes', 'Open')
    await comes(cpg10, 'bikes')
    await windows.says(cpg10, 'Buy my bikes! Cheap bikes!')
    const row = rjd4.page.locator('.message', { hasText: 'Cheap bikes' })
    await row.hover()
    await row.getByRole('button', { name: 'More' }).click()
    await rjd4.page.getByRole('menuitem', { name: 'Remove for everybody…' }).click()
    await dialogue(rjd4).getByLabel('Why').fill('Advertising')
    await dialogue(rjd4).getByRole('button', { name: 'Remove', exact: true }).click()
    await log(cpg10).getByText('Removed by rjd4: Advertising').waitFor()
    const offered = await (await menuOf(cpg10)).getByRole('menuitem').allTextContents()
    assert.deepEqual(offered, ['Write to them privately', 'Block or report…'])
    await cpg10.page.keyboard.press('Escape')
    await (await menuOf(rjd4)).getByRole('menuitem', { name: 'Put out of the room…' }).click()
    await dialogue(rjd4).getByLabel('Why').fill('Once is enough')
    await dialogue(rjd4).getByRole('button', { name: 'Put out of the room' }).click()
    await cpg10.page.getByText('You were put out of this room. You may come in again.').waitFor()
    await cpg10.page.getByText('Once is enough').waitFor()
    await cpg10.page.getByRole('button', { name: 'Join' }).click()
    await (await menuOf(rjd4)).getByRole('menuitem', { name: 'Ban from the room…' }).click()
    await dialogue(rjd4).getByRole('button', { name: 'Ban from the room' }).click()
    await cpg10.page.getByText('You were banned from this room.').waitFor()
    assert.equal(await cpg10.page.getByRole('button', { name: 'Join' }).count(), 0)
    calm(rjd4, cpg10)
  })

  test('the topic, what the room is, and how one is told of it are changed; it ends with another to go to', async () => {
    const [rjd4, ref25] = [await windows.signsIn('rjd4'), await windows.signsIn('ref25')]
    await makes(rjd4, 'Old Bikes', 'Open')
    await comes(ref25, 'old-bikes')
    const aside = await details(rjd4)
    await aside.getByRole('button', { name: 'Change the topic' }).click()
    await aside.getByRole('textbox', { name: 'Topic' }).fill('Chains and brakes')
    await aside.getByRole('button', { name: 'Save' }).click()
    await ref25.page.getByText('Chains and brakes').first().waitFor()
    await aside.getByLabel('Tell me of').selectOption({ label: 'All messages' })
    await aside.getByRole('button', { name: 'Settings of the room…' }).click()
    await dialogue(rjd4).getByLabel('Name', { exact: true }).fill('Ancient Bikes')
    await dialogue(rjd4).getByRole('button', { name: 'Save' }).click()
    await ref25.page.getByRole('heading', { name: 'Ancient Bikes', level: 1 }).waitFor()
    await rjd4.page.reload()
    const again = await details(rjd4)
    assert.equal(await again.getByLabel('Tell me of').inputValue(), 'all')
    await again.getByRole('button', { name: 'End the room…' }).click()
    await dialogue(rjd4).getByLabel('Where people are to go instead').fill('bikes')
    await dialogue(rjd4).getByLabel('Why').fill('Too old')
    await dialogue(rjd4).getByRole('button', { name: 'End the room' }).click()
    await ref25.page.getByText('This room has ended.').waitFor()
    await ref25.page.getByRole('link', { name: 'Go to bikes instead' }).click()
    await ref25.page.getByRole('button', { name: 'Join' }).click()
    await ref25.page.getByRole('heading', { name: 'Bikes', level: 1 }).waitFor()
    await (await details(ref25)).getByRole('button', { name: 'Leave the room' }).click()
    await dialogue(ref25).getByRole('button', { name: 'Leave the room' }).click()
    await ref25.page.getByRole('heading', { name: 'Rooms' }).waitFor()
    await ref25.page.locator('nav').getByText('Bikes', { exact: true }).waitFor({ state: 'detached' })
  })

  test('what was said in a room is found in it', async () => {
    const fanf2 = await windows.signsIn('fanf2')
    await fanf2.page.goto(`${campus.url}/r/tea-committee`)
    await fanf2.page.getByRole('heading', { name: 'Tea Committee', level: 1 }).waitFor()
    await windows.says(fanf2, 'The urn is at xylophone corner')
    await hears(fanf2, 'xylophone')
    await (await details(fanf2)).getByRole('button', { name: 'Search in this room' }).click()
    await fanf2.page.getByRole('heading', { name: 'Tea Committee: ' }).waitFor()
    await fanf2.page.getByRole('searchbox').fill('xylophone')
    await fanf2.page.locator('.result').click()
    await hears(fanf2, 'xylophone')
    assert.match(new URL(fanf2.page.url()).pathname, /^\/r\/tea-committee\/m\//)
  })

  test('somebody is blocked and reported from a message of theirs, and forgiven in the settings', async () => {
    const [djw2, cpg10] = [await windows.signsIn('djw2'), await windows.signsIn('cpg10')]
    await windows.opens(cpg10, 'djw2')
    await windows.says(cpg10, 'Buy my bikes')
    await windows.opens(djw2, 'cpg10')
    const row = djw2.page.locator('.message', { hasText: 'Buy my bikes' })
    await row.hover()
    await row.getByRole('button', { name: 'More' }).click()
    await djw2.page.getByRole('menuitem', { name: 'Block or report…' }).click()
    await dialogue(djw2).getByText('It is advertising, or unwanted').click()
    await dialogue(djw2).getByLabel('What should they know?').fill('Every week!')
    await dialogue(djw2).getByRole('button', { name: 'Block and report' }).click()
    await djw2.page.getByText('You block cpg10.').waitFor()
    assert.match(await campus.does('audit'), /djw2 +person +report +cpg10@localhost spam djw2@localhost\/\d+ Every week!/)
    await windows.says(cpg10, 'And my tandem')
    await cpg10.page.getByText(/^Not sent/).waitFor()
    await djw2.page.goto(`${campus.url}/settings`)
    await djw2.page.getByRole('region', { name: 'People you block' }).getByRole('button', { name: 'Unblock' }).click()
    await djw2.page.getByText('You block nobody.').waitFor()
    await cpg10.page.getByRole('button', { name: 'Try again' }).click()
    await windows.opens(djw2, 'cpg10')
    await hears(djw2, 'And my tandem')
    calm(djw2)
  })

  test('one’s own name is changed, and others see it in rooms', async () => {
    const [mvw1, fanf2] = [await windows.signsIn('mvw1'), await windows.signsIn('fanf2')]
    await mvw1.page.goto(`${campus.url}/settings`)
    const form = mvw1.page.locator('form', { hasText: 'Your name' })
    await form.getByRole('textbox').fill('Prof. M. Wilkes')
    await form.getByRole('button', { name: 'Save' }).click()
    await mvw1.page.locator('nav').getByText('Prof. M. Wilkes').waitFor()
    await comes(mvw1, 'tea-committee')
    await windows.says(mvw1, 'It is me after all')
    await fanf2.page.goto(`${campus.url}/r/tea-committee`)
    await fanf2.page.locator('.message header b', { hasText: 'Prof. M. Wilkes' }).waitFor()
    calm(mvw1, fanf2)
  })

  test('somebody who uses profanity talks in the same room, and is put out of it', { skip: unless(profanityMissing) }, async t => {
    const ref25 = await windows.signsIn('ref25')
    await makes(ref25, 'Terminals', 'Open')
    const profanity = await Profanity.start(campus.target, { name: 'sr87', password: 'test' }, { resource: 'tty' })
    t.after(() => profanity.quit())
    profanity.type(`/join terminals@group.${campus.target.domain}`)
    await profanity.shows(/ref25/)
    await (await details(ref25)).locator('.crowd-row', { hasText: 'sr87' }).waitFor()
    profanity.type('hello from a terminal')
    await hears(ref25, 'hello from a terminal')
    await windows.says(ref25, 'hello, @sr87')
    await profanity.shows(/hello, @sr87/)
    await (await menuOf(ref25)).getByRole('menuitem', { name: 'Put out of the room…' }).click()
    await dialogue(ref25).getByRole('button', { name: 'Put out of the room' }).click()
    await profanity.shows(/kicked/i)
    calm(ref25)
  })
})
