/** The process of the browsers: it is told what to do, and says when it is done. */

import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { domain, nameOf } from '../people.ts'
import { Browser, type Site } from './browser.ts'
import type { BrowserOrder } from './orders.ts'

const atOnce = 50
const browsers: Browser[] = []

async function obey(order: BrowserOrder): Promise<unknown> {
  switch (order.kind) {
    case 'come':
      return come(order.count, {
        port: order.port,
        domain,
        authority: readFileSync(order.certificate),
        agent: new Agent({ keepAlive: true, maxSockets: atOnce }),
        signer: { kid: order.kid, key: createPrivateKey(readFileSync(order.signingKey)) },
      })
    case 'talk':
      return talk(order.pairs, order.seconds)
    case 'expect':
      for (const browser of browsers) browser.expects()
      return undefined
    case 'back':
      return back()
    case 'leave':
      for (const browser of browsers) browser.leave()
      return undefined
  }
}

async function come(count: number, site: Site): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index).values()
  const one = async (): Promise<void> => {
    for (const index of indexes) {
      const browser = new Browser(index, nameOf(index), site)
      browsers.push(browser)
      await browser.signIn()
      browser.open()
      await browser.here.promise
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  site.agent.destroy()
}

/** Each pair throws one message to and fro. */
async function talk(pairs: number, seconds: number): Promise<number> {
  let messages = 0
  const byName = new Map(browsers.map(browser => [browser.name, browser]))
  const talkers = Array.from({ length: 2 * pairs }, (_, index) => byName.get(nameOf(index))).filter(browser => browser !== undefined)
  for (const [index, browser] of talkers.entries()) {
    const other = nameOf(index ^ 1)
    browser.onMessage = () => {
      messages += 1
      browser.say(other)
    }
  }
  for (const browser of talkers.filter((_, index) => index % 2 === 0)) browser.say(nameOf(Number(browser.name.slice(1)) ^ 1))
  await pause(2000)
  process.send?.({ kind: 'window', edge: 'open' })
  const before = messages
  await pause(seconds * 1000)
  process.send?.({ kind: 'window', edge: 'shut' })
  const counted = messages - before
  for (const browser of talkers) browser.onMessage = undefined
  await pause(500)
  return counted
}

/** When all that were cut off are here again, and how many of them with the session that they had. */
async function back(): Promise<{ readonly at: number; readonly resumed: number }> {
  const how = await Promise.all(browsers.map(browser => browser.here.promise))
  return { at: performance.timeOrigin + performance.now(), resumed: how.filter(one => one === 'resumed').length }
}

process.on('message', (order: BrowserOrder) => {
  obey(order).then(
    answer => process.send?.({ kind: 'done', answer }),
    (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) }),
  )
})
