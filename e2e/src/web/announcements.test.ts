/** Announcements that ask to be acknowledged, and whispers in rooms, in Chromium against the sample campus. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator } from 'playwright-core'
import { Client } from '../client/client.ts'
import { unless } from '../clients/skip.ts'
import { violations } from './axe.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { type Window, Windows } from './windows.ts'

describe('announcements and whispers in the web client', { skip: unless(missingClient), timeout: 180_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  let owner: Window
  let reader: Window
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
    windows = new Windows(campus, browser)
    owner = await windows.signsIn('fanf2')
    reader = await windows.signsIn('amt33')
    const { page } = owner
    const dialogue = page.getByRole('dialog')
    await page.goto(`${campus.url}/rooms`)
    await page.getByRole('button', { name: 'New room…' }).click()
    await dialogue.getByLabel('What is it to be called?').fill('Notices')
    await dialogue.getByRole('button', { name: 'Next' }).click()
    await dialogue.getByText('Announcements', { exact: true }).click()
    await dialogue.getByRole('button', { name: 'Make the room' }).click()
    await page.getByRole('heading', { name: 'Notices', level: 1 }).waitFor()
    await reader.page.goto(`${campus.url}/r/notices`)
    await reader.page.getByRole('button', { name: 'Join' }).click()
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    await campus?.stop()
  })

  const log = ({ page }: Window): Locator => page.getByRole('log')

  test('a reader without voice says that they have read it, the room keeps that, and its owner sees who has', async () => {
    await windows.says(owner, 'Gates shut at ten')
    const done = log(reader).getByRole('button', { name: 'I have read this' })
    await done.waitFor()
    assert.deepEqual(await violations(reader.page), [])
    await done.click()
    await log(reader).getByText('You have read this').waitFor()
    assert.equal(await done.count(), 0)
    await log(owner).getByRole('button', { name: 'Who has read it?' }).click()
    await log(owner).getByText('1 of 1 has read it').click()
    await log(owner).locator('details li').waitFor()
    assert.deepEqual(await violations(owner.page), [])
    assert.equal(await log(owner).getByRole('button', { name: 'I have read this' }).count(), 0, 'who said it need not')
    assert.equal(await log(reader).getByRole('button', { name: 'Who has read it?' }).count(), 0, 'who else has read it is not for readers')
    await reader.page.reload()
    await log(reader).getByText('You have read this').waitFor()
  })

  test('what is whispered is a conversation of two, and not said in the room', async () => {
    const device = await Client.connect(campus.target, { account: { name: 'fanf2', password: 'test' }, resource: 'device' })
    const room = `notices@group.${campus.target.domain}`
    device.send(`<presence to='${room}/fanf2'><x xmlns='http://jabber.org/protocol/muc'/></presence>`)
    await device.next(stanza => stanza.child('jabber:client', 'subject') !== undefined, 'the subject')
    device.send(`<message to='${room}/amt33' type='chat' id='w'><body>Not yours, the gate by the river</body></message>`)
    const entry = reader.page.locator('a.item', { hasText: 'fanf2 (notices)' }).first()
    await entry.waitFor()
    assert.equal(await log(reader).getByText('the gate by the river').count(), 0)
    await entry.click()
    await log(reader).getByText('the gate by the river').waitFor()
    await reader.page.reload()
    await log(reader).getByText('the gate by the river').waitFor()
    await windows.says(reader, 'privateMessages are for moderators here')
    await log(reader).getByRole('alert').waitFor()
    await device.line.close()
    assert.deepEqual([...owner.complaints, ...reader.complaints], [])
  })
})
