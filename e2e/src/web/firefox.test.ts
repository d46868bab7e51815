/** The web client in Debian's Firefox: two people sign in, say something, and hear it. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingBuild } from './campus.ts'
import { ENTER, Firefox, type FirefoxWindow, missingFirefox } from './firefox.ts'

describe('the web client in Firefox', { skip: unless(missingFirefox ?? missingBuild), timeout: 180_000 }, () => {
  let campus: Campus
  let firefox: Firefox
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    firefox = await Firefox.launch()
  })
  after(async () => {
    await firefox?.close()
    await campus?.stop()
  })

  async function signsIn(name: string): Promise<FirefoxWindow> {
    const window = await firefox.window()
    await window.goes(campus.url)
    await window.clicks('a[href="/sign-on"]')
    await window.types('input:not([type=password]):not([type=hidden])', name)
    await window.types('input[type=password]', 'test', ENTER)
    await window.until('.shell main h1')
    return window
  }

  test('two people sign in, and what one says the other hears', async () => {
    const [fanf2, amt33] = [await signsIn('fanf2'), await signsIn('amt33')]
    await fanf2.goes(`${campus.url}/p/amt33`)
    await amt33.goes(`${campus.url}/p/fanf2`)
    await fanf2.types('.composer textarea', 'Good <b>morning</b> from a fox', ENTER)
    await amt33.until('.message', 'Good <b>morning</b> from a fox')
    await amt33.types('.composer textarea', 'Likewise', ENTER)
    await fanf2.until('.message', 'Likewise')
    assert.match(firefox.version, /^\d+\./)
  })
})
