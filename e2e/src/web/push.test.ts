/**
 * Web Push from what somebody says to the notification, in Chromium. Debian's has no push service of its maker's, so that two things are stood in for and
 * said to be: the subscription (`PushManager` gives an address of our `PushService`), and the last step (the DevTools protocol hands what our server sent,
 * once it is opened, to the service worker). All else is as it is anywhere: settings, registration, encryption, worker, notifications.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, CDPSession, Page, Worker } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { freePorts } from '../target/ports.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'
import { PushService } from './push-service.ts'
import { type Window, Windows } from './windows.ts'

interface Shown {
  readonly title: string
  readonly body: string
  readonly path: string
}

describe('Web Push', { skip: unless(missingClient), timeout: 240_000 }, () => {
  let campus: Campus
  let browser: Browser
  let windows: Windows
  let service: PushService
  let amt33: Window
  let fanf2: Window
  let context: BrowserContext
  let worker: Worker
  let tools: CDPSession
  let registrationId: string
  before(async () => {
    const [port = 0] = await freePorts(1)
    campus = await startCampus(BUILT_CLIENT, { pushesTo: port })
    const read = (file: string): string => readFileSync(join(campus.folder, file), 'utf8')
    service = new PushService(port, { cert: read('cert.pem'), key: read('key.pem') })
    await service.start()
    browser = await launchChromium()
    windows = new Windows(campus, browser)
    amt33 = await windows.signsIn('amt33')
    fanf2 = await windows.signsIn('fanf2')
    for (const { page } of [fanf2, amt33]) page.setDefaultTimeout(10_000)
    context = amt33.page.context()
    await context.grantPermissions(['notifications'], { origin: campus.url })
    await context.addInitScript(service.stub)
    await amt33.page.goto(campus.url)
    await amt33.page.evaluate('navigator.serviceWorker.ready.then(() => {})')
    worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
    // A page of nothing, for the tools alone: the worker sees no window of ours in it.
    tools = await context.newCDPSession(await context.newPage())
    const found = Promise.withResolvers<string>()
    tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${campus.url}/` && !isDeleted)
      if (ours) found.resolve(ours.registrationId)
    })
    await tools.send('ServiceWorker.enable')
    registrationId = await found.promise
  })
  after(async () => {
    await windows?.close()
    await browser?.close()
    service?.close()
    await campus?.stop()
  })

  const box = (page: Page) => page.getByRole('checkbox', { name: 'Tell me of new messages' })
  const shown = (): Promise<readonly Shown[]> =>
    worker.evaluate(
      `self.registration.getNotifications().then(all => all.map(({ title, body, data }) => ({ title, body, path: data.path })))`,
    )
  const none = async (): Promise<void> => {
    while ((await shown()).length > 0) await new Promise(resolve => setTimeout(resolve, 25))
  }
  /** From our push service to the worker, as a browser's own would. */
  const delivers = async (data: string): Promise<void> => {
    // A window that has just been closed may still be there for the worker, which tells nobody who looks.
    const windows = `self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(({ length }) => length)`
    while ((await worker.evaluate(windows)) !== 0) await new Promise(resolve => setTimeout(resolve, 25))
    await tools.send('ServiceWorker.deliverPushMessage', { origin: campus.url, registrationId, data })
    while ((await shown()).length === 0) await new Promise(resolve => setTimeout(resolve, 25))
  }
  /** The server has done what the page asked of it. */
  const answered = (page: Page, word: 'enable' | 'disable'): Promise<void> =>
    new Promise(resolve => {
      let id = ''
      page.on('websocket', socket => {
        socket.on('framesent', ({ payload }) => {
          if (payload.toString().includes(`<${word} xmlns='urn:xmpp:push:0'`)) id = / id='([^']+)'/.exec(payload.toString())?.[1] ?? ''
        })
        socket.on('framereceived', ({ payload }) => {
          if (id !== '' && payload.toString().includes(`id='${id}'`)) resolve()
        })
      })
    })
  const comes = async (path: string): Promise<void> => {
    amt33 = { ...amt33, page: await context.newPage() }
    amt33.page.setDefaultTimeout(10_000)
    await amt33.page.goto(campus.url + path)
    await amt33.page.locator('.me [data-line], .me .line').filter({ hasText: 'Available' }).waitFor()
  }
  const says = async (to: string, text: string): Promise<void> => {
    await fanf2.page.goto(campus.url + to)
    await windows.says(fanf2, text)
    await fanf2.page.locator('.message.mine', { hasText: text }).locator('.delivery:not([data-delivery=sending])').waitFor()
  }

  test('who wants to be told is woken with nothing open: of whom, what, and where it leads', async () => {
    const isEnabled = answered(amt33.page, 'enable')
    await amt33.page.goto(`${campus.url}/settings`)
    await box(amt33.page).check()
    await isEnabled
    const key = await amt33.page.evaluate(`localStorage.getItem('stand-in push key')`)
    await amt33.page.close()
    await says('/p/amt33', 'Four o’clock?')
    const pushed = await service.next()
    assert.deepEqual(JSON.parse(pushed), { count: 1, from: 'fanf2@localhost', text: 'Four o’clock?' })
    assert.equal(service.key, key, 'signed with the key that the page subscribed with')
    await delivers(pushed)
    assert.deepEqual(await shown(), [{ title: 'fanf2', body: 'Four o’clock?', path: '/p/fanf2%40localhost' }])
  })

  test('what is read takes its notification away', async () => {
    await comes('/p/fanf2')
    await amt33.page.getByRole('log').getByText('Four o’clock?').waitFor()
    await none()
  })

  test('pressing it opens the conversation in the window that is there', async () => {
    await amt33.page.goto(`${campus.url}/people`)
    await amt33.page.close()
    await says('/p/amt33', 'In the Old Library')
    await delivers(await service.next())
    await comes('/settings')
    // Nobody can press one in a browser without a screen; the event is what the browser would make of it.
    await worker.evaluate(`self.registration.getNotifications().then(([notification]) =>
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`)
    await amt33.page.getByRole('log').getByText('In the Old Library').waitFor()
    assert.equal(new URL(amt33.page.url()).pathname.split('/')[1], 'p')
    await none()
  })

  test('a push that tells nothing leads to what is unread, and goes when one comes', async () => {
    await amt33.page.close()
    await delivers('{"count":2}')
    assert.deepEqual(await shown(), [{ title: 'New messages', body: 'Open to read them.', path: '/' }])
    await comes('/')
    await none()
  })

  /** By the room's setting in the details beside it. */
  const wants = async (level: string): Promise<void> => {
    await comes('/r/tea')
    await amt33.page.getByRole('button', { name: 'About this room, and its people' }).click()
    await amt33.page.getByLabel('Tell me of').selectOption({ label: level })
    await amt33.page.getByText('Saved').waitFor()
    await amt33.page.close()
  }
  const pushed = async (): Promise<{ readonly from?: string; readonly text?: string }> => JSON.parse(await service.next())

  test('a room wakes as its setting says: of all, of what names one, of nothing', async () => {
    const { page } = fanf2
    await page.goto(`${campus.url}/rooms`)
    await page.getByRole('button', { name: 'New room…' }).click()
    await page.getByLabel('What is it to be called?').fill('Tea')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Members only', { exact: true }).click()
    await page.getByRole('button', { name: 'Make the room' }).click()
    await page.getByRole('heading', { name: 'Tea', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'About this room, and its people' }).click()
    await page.getByRole('button', { name: 'Invite people…' }).click()
    await page.getByLabel('Who?').fill('amt33')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await amt33.page.getByRole('button', { name: 'Accept' }).click()
    await amt33.page.getByRole('heading', { name: 'Tea', level: 1 }).waitFor()
    await windows.says(amt33, 'Here I am')
    await page.getByRole('log').getByText('Here I am').waitFor()
    await amt33.page.close()
    await says('/r/tea', 'Scones are ready')
    const first = await service.next()
    assert.deepEqual(JSON.parse(first), { count: 1, from: 'tea@group.localhost/fanf2', text: 'Scones are ready' })
    await delivers(first)
    assert.deepEqual(await shown(), [{ title: 'fanf2 · tea', body: 'Scones are ready', path: '/r/tea%40group.localhost' }])
    await wants('Messages that name me')
    await none()
    await says('/r/tea', 'They get cold')
    await says('/r/tea', 'Where are you, @amt33?')
    assert.equal((await pushed()).text, 'Where are you, @amt33?')
    await wants('Nothing')
    await says('/r/tea', 'Last call, @amt33')
    await says('/p/amt33', 'I keep you one')
    assert.equal((await pushed()).text, 'I keep you one', 'nothing of the room came before it')
  })

  test('who wants no more is asleep: no subscription is left, here or there', async () => {
    await comes('/settings')
    const isDisabled = answered(amt33.page, 'disable')
    await amt33.page.reload()
    await box(amt33.page).uncheck()
    await isDisabled
    assert.equal(await amt33.page.evaluate(`localStorage.getItem('stand-in push key')`), null)
    assert.equal(service.waiting, 0)
  })

  test('pages complained of nothing', () => assert.deepEqual([...fanf2.complaints, ...amt33.complaints], []))
})
