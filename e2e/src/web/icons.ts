/** Draws the client's icons for home screens from its one SVG: `npm run icons`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launchChromium } from './chromium.ts'

const PUBLIC = join(import.meta.dirname, '../../../packages/webclient/public')
const BACKGROUND = '#0f6b5a'
/** What a phone may cut off a maskable icon is beyond the middle 80 % (W3C App Manifest, maskable icons). */
const SAFE = 0.8

const icons = [
  { name: 'icon-192.png', size: 192, part: 1, background: 'transparent' },
  { name: 'icon-512.png', size: 512, part: 1, background: 'transparent' },
  { name: 'icon-maskable-512.png', size: 512, part: SAFE, background: BACKGROUND },
] as const

const browser = await launchChromium()
const svg = Buffer.from(readFileSync(join(PUBLIC, 'icon.svg'))).toString('base64')
for (const { name, size, part, background } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const inner = Math.round(size * part)
  await page.setContent(
    `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${background}"><img width="${inner}" height="${inner}" src="data:image/svg+xml;base64,${svg}">`,
  )
  await page.evaluate('document.images[0].decode()')
  writeFileSync(join(PUBLIC, name), await page.screenshot({ omitBackground: true }))
  await page.close()
}
await browser.close()
