/** What is measured of one client in one round, by the browser's own clocks and counters. */
import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core'
import { type Between, type Crowd, type Flood, contact, nick, occupant } from './flood.ts'

/** A client as one measures it: where it is, and how one knows that it is ready. */
export interface Measured {
  readonly name: string
  /** Where the first screen is, signed in. */
  readonly url: string
  /** There when the list of conversations, or of people, can be used. */
  readonly usable: string
  /** Where all contacts are to be seen. */
  readonly showsPeople: (page: Page) => Promise<void>
  /** Into the room, until its newest messages are there. */
  readonly enters: (page: Page, room: string) => Promise<void>
  /** One row of the messages. */
  readonly row: string
  readonly options: BrowserContextOptions
}

export type Figures = Readonly<Record<string, number>>

/** Chromium's “Slow 4G” of Lighthouse, and a phone of the middle. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: (1.6e6 * 0.9) / 8, uploadThroughput: (750e3 * 0.9) / 8 }
const SLOWDOWN = 4
const CONTACTS = 500
const SCROLLING_MS = 15_000

async function opened(
  { options }: Measured,
  browser: Browser,
  more: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly cdp: CDPSession; readonly close: () => Promise<void> }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB', ...options, ...more })
  const page = await context.newPage()
  page.setDefaultTimeout(90_000)
  const cdp = await context.newCDPSession(page)
  return { page, cdp, close: () => context.close() }
}

/** An empty cache each time: what somebody waits who comes for the first time. */
export async function firstLoad(client: Measured, browser: Browser, isSlow: boolean): Promise<Figures> {
  const { page, cdp, close } = await opened(client, browser)
  await cdp.send('Network.enable')
  let bytes = 0
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
  if (isSlow) {
    await cdp.send('Network.emulateNetworkConditions', SLOW_4G)
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  }
  // By the page's own clock, which begins with its navigation.
  await page.addInitScript(`new MutationObserver(() => {
    if (window.usableAt === undefined && document.querySelector(${JSON.stringify(client.usable)})) window.usableAt = performance.now()
  }).observe(document, { childList: true, subtree: true })`)
  await page.goto(client.url, { waitUntil: 'commit' })
  await page.locator(client.usable).first().waitFor()
  const usable = Number(await page.evaluate('window.usableAt'))
  const byThen = bytes
  if (!isSlow) await page.waitForLoadState('networkidle')
  await close()
  return isSlow ? { slowUsable: usable } : { usable, bytesUsable: byThen, bytesAll: bytes }
}

/** A hundred thousand messages, five thousand people: they come in, then one scrolls up for a while. */
export async function bigRoom(client: Measured, browser: Browser, between: Between, crowd: Crowd): Promise<Figures> {
  const { page, cdp, close } = await opened(client, browser, { bypassCSP: true })
  const flood = await between.on(page, crowd)
  await page.goto(client.url)
  await page.locator(client.usable).first().waitFor()
  await client.enters(page, crowd.room)
  const coming = await watched(page, cdp, async () => {
    for (let number = 1; number <= crowd.occupants; number++) flood.say(occupant(crowd.room, number))
    await settled(page)
  })
  await page.mouse.move(640, 400)
  // What is at the top is looked up by the page itself: asking it from outside costs more than its frames.
  await page.evaluate(`{
    window.tops = new Set()
    setInterval(() => {
      const row = document.elementFromPoint(500, 200)?.closest(${JSON.stringify(client.row)})
      if (row) window.tops.add(row.textContent)
    }, 100)
  }`)
  const scrolling = await watched(page, cdp, async () => {
    const end = performance.now() + SCROLLING_MS
    while (performance.now() < end) {
      await page.mouse.wheel(0, -600)
      await page.waitForTimeout(100)
    }
  })
  const tops = Number(await page.evaluate('window.tops.size'))
  await close()
  return {
    comingFrame: coming.longest,
    comingBusy: coming.busy,
    scrollFrame: scrolling.longest,
    scrollBusy: scrolling.busy,
    scrollTops: tops,
  }
}

/** All contacts are to be seen, and a thousand changes of their presence come within a second. */
export async function presences(client: Measured, browser: Browser, between: Between): Promise<Figures> {
  const { page, cdp, close } = await opened(client, browser, { bypassCSP: true })
  const flood = await between.on(page)
  await page.goto(client.url)
  await page.locator(client.usable).first().waitFor()
  befriend(flood)
  await client.showsPeople(page)
  await settled(page)
  const { longest, busy } = await watched(page, cdp, async () => {
    for (let batch = 0; batch < 20; batch++) {
      for (let number = batch * 50; number < (batch + 1) * 50; number++) flood.say(contact(friend(number % CONTACTS), number))
      await page.waitForTimeout(50)
    }
    await settled(page)
  })
  await close()
  return { presenceFrame: longest, presenceBusy: busy }
}

/** What a long day leaves in memory: messages of fifty people, presence of five hundred, and nobody closes the page. */
export async function day(client: Measured, browser: Browser, between: Between): Promise<Figures> {
  const { page, cdp, close } = await opened(client, browser, { bypassCSP: true })
  const flood = await between.on(page)
  await page.goto(client.url)
  await page.locator(client.usable).first().waitFor()
  befriend(flood)
  await settled(page)
  const figures: number[] = [await heap(cdp)]
  // Twice as much of it is to take no more.
  for (let half = 0; half < 2; half++) {
    for (let hour = 0; hour < 10; hour++) {
      for (let number = 0; number < 1000; number++) flood.say(message((half * 10 + hour) * 1000 + number))
      for (let number = 0; number < 2000; number++) flood.say(contact(friend(number % CONTACTS), number))
      await settled(page)
    }
    figures.push(await heap(cdp))
  }
  await close()
  const [heapBefore = Number.NaN, heapAfter = Number.NaN, heapLater = Number.NaN] = figures
  return { heapBefore, heapAfter, heapLater }
}

const friend = (number: number): string => `friend${number}@localhost`

function befriend(flood: Flood): void {
  for (let number = 0; number < CONTACTS; number++)
    flood.say(
      `<iq xmlns='jabber:client' type='set' id='push${number}'><query xmlns='jabber:iq:roster'><item jid='${friend(number)}' name='${nick(number)}' subscription='both'/></query></iq>`,
    )
}

const message = (number: number): string =>
  `<message xmlns='jabber:client' type='chat' id='day${number}' from='${friend(number % 50)}/phone' to='fanf2@localhost'><body>${number}: the same words as ever, of a usual length, about the second sheet</body><stanza-id xmlns='urn:xmpp:sid:0' by='fanf2@localhost' id='day${number}'/></message>`

/** Until the page has had nothing to do for half a second. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`new Promise(done => {
    let quiet = 0, last = performance.now()
    const look = () => {
      const now = performance.now()
      quiet = now - last < 40 ? quiet + (now - last) : 0
      last = now
      if (quiet > 500) done()
      else setTimeout(look, 10)
    }
    look()
  })`)
}

async function watched(
  page: Page,
  cdp: CDPSession,
  what: () => Promise<void>,
): Promise<{ readonly longest: number; readonly busy: number }> {
  // Time of the processor, not of the clock: others are on the machine too.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.evaluate(`{
    window.longestFrame = 0
    let last = performance.now()
    const frame = () => {
      const now = performance.now()
      window.longestFrame = Math.max(window.longestFrame, now - last)
      last = now
      if (window.longestFrame >= 0) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  }`)
  const before = await busySeconds(cdp)
  await what()
  const longest = Number(await page.evaluate('window.longestFrame'))
  return { longest, busy: ((await busySeconds(cdp)) - before) * 1000 }
}

async function busySeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

async function heap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  return (await cdp.send('Runtime.getHeapUsage')).usedSize
}
