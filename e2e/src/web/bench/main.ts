/** `npm run bench:web`: our web client beside Converse, against the same chat server, into docs/benchmarks-web.md. `--rounds 1` for a look. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { BUILT_CLIENT, type Campus, startCampus } from '../campus.ts'
import { launchChromium } from '../chromium.ts'
import { signsIn } from '../signed-in.ts'
import { type ConversePage, VERSION, fetchConverse, serveConverse } from './converse.ts'
import { Between } from './flood.ts'
import { type Figures, type Measured, bigRoom, day, firstLoad, presences } from './measure.ts'
import { reportOf } from './report.ts'

const ROOM = 'mathlab@group.localhost'
const CROWD = { room: ROOM, messages: 100_000, occupants: 5000 }
const LONGEST_MS = 60_000
const DESK = { width: 1280, height: 800 }
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, to: { type: 'string' } } })

async function plodge(campus: Campus): Promise<Measured> {
  const browser = await launchChromium()
  const { page, context } = await signsIn(campus, browser, 'fanf2')
  await page.goto(campus.url)
  const storageState = { ...(await context.storageState()), origins: [] }
  await context.close()
  await browser.close()
  return {
    name: 'Plodge',
    url: `${campus.url}/`,
    usable: '.side .list a',
    row: '.message .body',
    options: { viewport: DESK, storageState },
    showsPeople: async page => {
      await page.locator('a[href="/people"]').first().click()
      await page.locator('.list.people .item').nth(400).waitFor({ state: 'attached' })
    },
    enters: async page => {
      await page.evaluate(`history.pushState(null, '', '/r/mathlab'); dispatchEvent(new PopStateEvent('popstate'))`)
      const join = page.getByRole('button', { name: 'Join' })
      await join.or(page.locator('.message')).first().waitFor()
      if (await join.isVisible()) await join.click()
      await page.locator('.message').first().waitFor()
    },
  }
}

const converse = ({ url }: ConversePage): Measured => ({
  name: `Converse ${VERSION.split('.')[0]}`,
  url,
  usable: 'converse-roster .list-item',
  row: 'converse-chat-message .chat-msg__text',
  options: { viewport: DESK },
  showsPeople: async page => {
    await page.locator('converse-roster .list-item').nth(400).waitFor({ state: 'attached' })
  },
  enters: async (page, room) => {
    await page.evaluate(`window.bench.api.rooms.open('${room}', { nick: 'fanf2' }, true).then(() => undefined)`)
    await page.locator('converse-chat-message').first().waitFor()
  },
})

const began = performance.now()
const campus = await startCampus(BUILT_CLIENT)
const dist = await fetchConverse()
const tls = { key: readFileSync(join(campus.folder, 'key.pem')), cert: readFileSync(join(campus.folder, 'cert.pem')) }
const site = await serveConverse(dist, tls, { jid: 'fanf2@localhost', password: 'test', websocket: campus.target.wsUrl })
const between = await Between.open(tls)
const failures = new Set<string>()
try {
  const clients = [await plodge(campus), converse(site)]
  const rounds: Figures[][] = []
  for (let round = 0; round < Number(values.rounds); round++) rounds.push(await inTurn(clients))
  const minutes = Math.round((performance.now() - began) / 60_000)
  const text = reportOf({ names: clients.map(({ name }) => name), rounds, failures: [...failures], minutes })
  writeFileSync(values.to ?? join(import.meta.dirname, '../../../../docs/benchmarks-web.md'), text)
  process.stdout.write(text)
} finally {
  await Promise.all([site.stop(), between.stop()])
  await campus.stop()
}

async function inTurn(clients: readonly Measured[]): Promise<Figures[]> {
  const figures: Figures[] = clients.map(() => ({}))
  const phases: Readonly<Record<string, (client: Measured, browser: Browser) => Promise<Figures>>> = {
    'first load': (client, browser) => firstLoad(client, browser, false),
    'first load, slowly': (client, browser) => firstLoad(client, browser, true),
    'big room': (client, browser) => bigRoom(client, browser, between, CROWD),
    presence: (client, browser) => presences(client, browser, between),
    day: (client, browser) => day(client, browser, between),
  }
  for (const [name, phase] of Object.entries(phases))
    for (const [index, client] of clients.entries()) {
      const found = await within(browser => phase(client, browser)).catch((error: unknown) => {
        failures.add(`${client.name}, ${name}: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown'}`)
        return {}
      })
      process.stderr.write(`${client.name}: ${name} ${JSON.stringify(found)}\n`)
      figures[index] = { ...figures[index], ...found }
    }
  return figures
}

/** In a browser of its own, which is ended when it takes too long: a page that hangs lets nothing be asked. */
async function within(phase: (browser: Browser) => Promise<Figures>): Promise<Figures> {
  const browser = await launchChromium()
  const late = Promise.withResolvers<never>()
  const limit = setTimeout(() => late.reject(new Error(`it was not through after ${LONGEST_MS / 1000} s`)), LONGEST_MS)
  try {
    // The first page of a browser waits for more than itself.
    const warm = await browser.newPage()
    await warm.goto(`data:text/html,<p>`)
    await warm.close()
    return await Promise.race([phase(browser), late.promise])
  } finally {
    clearTimeout(limit)
    await browser.close()
  }
}
