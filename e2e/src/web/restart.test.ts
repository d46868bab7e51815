/** The chat server is killed and started again under browsers: none can resume its session, all come back, and nothing that was said is lost. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { Client } from '../client/client.ts'
import { unless } from '../clients/skip.ts'
import { freePorts } from '../target/ports.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { Windows } from './windows.ts'

describe('browsers whose chat server begins anew', { skip: unless(missingClient), timeout: 120_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  before(async () => {
    // The tier is a process of its own.
    const [previewsFrom = 0] = await freePorts(1)
    campus = await startCampus(BUILT_CLIENT, { previewsFrom })
    browser = await launchChromium()
    windows = new Windows(campus, browser)
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    campus?.line.wake()
    await campus?.stop()
  })

  test('come back by themselves: what was said to them meanwhile is there, and what they wrote goes, each once', async () => {
    const [fanf2, amt33] = [await windows.signsIn('fanf2'), await windows.signsIn('amt33')]
    await windows.opens(amt33, 'fanf2')
    await windows.opens(fanf2, 'amt33')
    await windows.says(fanf2, 'said before')
    await amt33.page.getByRole('log').getByText('said before').waitFor()

    campus.line.sleep()
    await campus.server.kill()
    await campus.server.start()
    // Told by another device of theirs, while no browser is there: only the archive has it then.
    const device = await Client.connect(campus.target, { account: { name: 'fanf2', password: 'test' }, resource: 'device' })
    device.say('amt33@localhost', 'said meanwhile')
    await device.ask('get', `<ping xmlns='urn:xmpp:ping'/>`)
    await windows.says(fanf2, 'written meanwhile')
    campus.line.wake()

    await windows.says(amt33, 'said afterwards')
    for (const { page } of [fanf2, amt33]) {
      const log = page.getByRole('log')
      for (const text of ['said before', 'said meanwhile', 'written meanwhile', 'said afterwards']) {
        await log.getByText(text).first().waitFor()
        assert.equal(await log.getByText(text).count(), 1, text)
      }
    }
    device.line.end()
  })
})
