/** The web client without a line: what it kept is shown, what is written goes once when the line is back, and nothing is left after signing out. */
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { unless } from '../clients/skip.ts'
import { BUILT_CLIENT, type Campus, startCampus, missingClient } from './campus.ts'
import { launchChromium } from './chromium.ts'

describe('the web client without a line', { skip: unless(missingClient), timeout: 240_000 }, () => {
  let campus: Campus
  let browser: Browser
  const contexts: BrowserContext[] = []
  before(async () => {
    campus = await startCampus(BUILT_CLIENT)
    browser = await launchChromium()
  })
  after(async () => {
    await Promise.all(contexts.map(context => context.close()))
    await browser?.close()
    await campus?.stop()
  })
  // A test that fails in the tunnel leaves the next its line.
  afterEach(() => campus.line.wake())

  async function signsIn(name: string, context?: BrowserContext): Promise<Page> {
    const its = context ?? (await browser.newContext({ ignoreHTTPSErrors: true }))
    if (!context) contexts.push(its)
    const page = await its.newPage()
    await page.goto(campus.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('test')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    return page
  }
  const opens = async (page: Page, name: string): Promise<void> => {
    await page.goto(`${campus.url}/p/${name}`)
    await page.getByRole('textbox').waitFor()
  }
  const says = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('textbox').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }
  /** All that the browser keeps, as text. */
  const keptIn = (page: Page): Promise<string> =>
    page.evaluate(`(async () => {
      const database = await new Promise(found => { const request = indexedDB.open('plodge'); request.onsuccess = () => found(request.result) })
      const all = await Promise.all([...database.objectStoreNames].map(name => new Promise(found => {
        const request = database.transaction(name).objectStore(name).getAll()
        request.onsuccess = () => found(request.result)
      })))
      database.close()
      return JSON.stringify(all.flat())
    })()`)
  /** Typed, and kept: a page that goes while the browser writes takes that with it. */
  const begins = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('textbox').fill(text)
    while (!(await keptIn(page)).includes(text)) await page.evaluate('new Promise(requestAnimationFrame)')
  }
  const hasWorker = (page: Page): Promise<unknown> => page.evaluate('navigator.serviceWorker.ready.then(({ active }) => active.state)')
  const log = (page: Page, text: string) => page.getByRole('log').getByText(text)

  test('opens from what it kept, and what was written goes once when the line is back', async () => {
    const [fanf2, amt33] = [await signsIn('fanf2'), await signsIn('amt33')]
    await opens(amt33, 'fanf2')
    await opens(fanf2, 'amt33')
    await says(fanf2, 'said with a line')
    await fanf2.getByText(/^(?:Delivered|Read)$/).waitFor()
    await says(amt33, 'heard with a line')
    await log(fanf2, 'heard with a line').waitFor()
    await hasWorker(fanf2)
    await fanf2.reload()
    await log(fanf2, 'heard with a line').waitFor()
    campus.line.sleep()
    await fanf2.getByText('You’re offline').waitFor()
    await says(fanf2, 'written on the train')
    await begins(fanf2, 'half a thought')
    await fanf2.reload()
    await log(fanf2, 'heard with a line').waitFor()
    await log(fanf2, 'written on the train').waitFor()
    await fanf2.getByText('Waiting to be sent').waitFor()
    assert.equal(await fanf2.getByRole('textbox').inputValue(), 'half a thought')
    await says(fanf2, 'and after the tunnel')
    campus.line.wake()
    await log(amt33, 'and after the tunnel').waitFor()
    await fanf2
      .getByText(/^(?:Delivered|Read)$/)
      .last()
      .waitFor()
    for (const page of [fanf2, amt33])
      for (const text of ['said with a line', 'heard with a line', 'written on the train', 'and after the tunnel'])
        assert.equal(await log(page, text).count(), 1, text)
    const order = await amt33.getByRole('log').innerText()
    assert.ok(order.indexOf('written on the train') < order.indexOf('and after the tunnel'))
  })

  test('whoever signs out leaves nothing, and whoever comes next finds nothing', async () => {
    const page = await signsIn('mvw1')
    await opens(page, 'djw2')
    await says(page, 'a secret of mvw1')
    await page.getByText(/^(?:Sent|Delivered|Read)$/).waitFor()
    await begins(page, 'and half of one')
    await page.goto(`${campus.url}/settings`)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    assert.match(await keptIn(page), /a secret of mvw1.*and half of one/s)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out').waitFor()
    assert.equal(await keptIn(page), '[]')
    await page.goto(`${campus.url}/p/djw2`)
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    assert.equal(await page.getByText('a secret of mvw1').count(), 0)
  })

  test('tabs share one connection, and see the same; when the one that has it is closed, another takes over what it left', async () => {
    const [first, cpg10] = [await signsIn('ref25'), await signsIn('cpg10')]
    await opens(cpg10, 'ref25')
    await opens(first, 'cpg10')
    await says(first, 'with both tabs')
    await log(cpg10, 'with both tabs').waitFor()
    await hasWorker(first)
    const second = await first.context().newPage()
    let sockets = 0
    second.on('websocket', () => void (sockets += 1))
    await opens(second, 'cpg10')
    await log(second, 'with both tabs').waitFor()
    await says(cpg10, 'to both')
    for (const page of [first, second]) await log(page, 'to both').waitFor()
    await says(second, 'from the second')
    for (const page of [first, cpg10]) await log(page, 'from the second').waitFor()
    await says(first, 'from the first')
    for (const page of [second, cpg10]) await log(page, 'from the first').waitFor()
    for (const page of [first, second, cpg10])
      for (const text of ['with both tabs', 'to both', 'from the first', 'from the second']) assert.equal(await log(page, text).count(), 1)
    assert.equal(sockets, 0)
    campus.line.sleep()
    await first.getByText('You’re offline').waitFor()
    await says(first, 'left behind')
    await second.getByText('You’re offline').waitFor()
    // A tab that is killed says nothing any more: what it had written down counts.
    while (!(await keptIn(second)).includes('<body>left behind</body>')) await second.evaluate('new Promise(requestAnimationFrame)')
    await first.close({ runBeforeUnload: false })
    campus.line.wake()
    await log(cpg10, 'left behind').waitFor()
    await log(second, 'left behind').waitFor()
    await says(second, 'and after it')
    await log(cpg10, 'and after it').waitFor()
    for (const page of [second, cpg10]) assert.equal(await log(page, 'left behind').count(), 1)
  })

  /** Debian's Chromium has no push service of a maker: one that answers as such a browser would. */
  const HAS_PUSH = `{
    const subscriptions = new WeakMap()
    PushManager.prototype.getSubscription = async function () { return subscriptions.get(this) ?? null }
    PushManager.prototype.subscribe = async function ({ applicationServerKey }) {
      const padded = applicationServerKey.replaceAll('-', '+').replaceAll('_', '/')
      const key = Uint8Array.from(atob(padded), sign => sign.charCodeAt(0)).buffer
      const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
      const p256dh = await crypto.subtle.exportKey('raw', pair.publicKey)
      const subscription = {
        endpoint: 'https://push.example/send/1',
        options: { applicationServerKey: key, userVisibleOnly: true },
        getKey: name => (name === 'auth' ? new Uint8Array(16).buffer : p256dh),
        unsubscribe: async () => subscriptions.delete(this),
      }
      subscriptions.set(this, subscription)
      return subscription
    }
  }`

  test('who wants to be told is registered to be woken, and no more when they do not', async () => {
    const page = await signsIn('rjd4')
    await page.context().grantPermissions(['notifications'], { origin: campus.url })
    await page.addInitScript(HAS_PUSH)
    const [sent, heard]: [string[], string[]] = [[], []]
    page.on('websocket', socket => {
      socket.on('framesent', ({ payload }) => void sent.push(payload.toString()))
      socket.on('framereceived', ({ payload }) => {
        heard.push(payload.toString())
        hears()
      })
    })
    let hears = (): void => {}
    const answered = async (word: string): Promise<void> => {
      while (!isAnswered(word)) await new Promise<void>(resolve => (hears = resolve))
    }
    await page.goto(`${campus.url}/settings`)
    await hasWorker(page)
    const box = page.getByRole('checkbox', { name: 'Tell me of new messages' })
    const isAnswered = (word: string): boolean => {
      const question = sent.find(frame => frame.includes(`<${word} xmlns='urn:xmpp:push:0' jid='push.localhost'`))
      const id = / id='([^']+)'/.exec(question ?? '')?.[1]
      return id !== undefined && heard.some(frame => frame.includes(`id='${id}'`) && frame.includes("type='result'"))
    }
    await box.check()
    await answered('enable')
    assert.ok(sent.some(frame => /<field var='endpoint'><value>https:\/\/push\.example\/send\/1/.test(frame)))
    await box.uncheck()
    await answered('disable')
  })
})
