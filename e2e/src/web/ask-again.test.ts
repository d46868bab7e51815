/** Where the sign-on's word is good for a moment only: a browser goes there by itself and is back, or stays outside when the person is out there. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { type Campus, startCampus } from './campus.ts'
import { launchChromium, missingChromium } from './chromium.ts'

const MINUTES = 0.05

describe('the sign-on, asked again', { skip: unless(missingChromium), timeout: 60_000 }, () => {
  let campus: Campus
  let browser: Browser
  before(async () => {
    campus = await startCampus(undefined, { askAgainMinutes: MINUTES })
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
    await campus?.stop()
  })

  test('whoever is signed in there is back by themselves; whoever is not stays outside', async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await page.goto(campus.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill('fanf2')
    await page.getByLabel('Password').fill('test')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('You are fanf2@localhost.').waitFor()
    const first = await wordIn(context)
    // The page goes there, and comes back with another session.
    await page.waitForRequest(request => new URL(request.url()).pathname === '/sign-on/answer')
    await page.waitForURL(`${campus.url}/`)
    await page.getByText('You are fanf2@localhost.').waitFor()
    assert.notEqual(await wordIn(context), first)

    await (await context.newPage()).goto(`${campus.signOnUrl}/auth/logout.html`)
    await page.getByLabel('Password').waitFor()
    assert.equal(new URL(page.url()).origin, new URL(campus.signOnUrl).origin)
    const answer = (await (await page.request.get(`${campus.url}/session`)).json()) as { readonly address: string | null }
    assert.equal(answer.address, null)
  })
})

async function wordIn(context: { cookies(): Promise<readonly { readonly name: string; readonly value: string }[]> }): Promise<string> {
  return (await context.cookies()).find(({ name }) => name === '__Host-plodge')?.value ?? assert.fail('nobody is signed in')
}
