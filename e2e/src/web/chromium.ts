/** Debian's Chromium, for tests of pages. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'

/** Why there is none; undefined when there is. */
export const missingChromium = existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not there`

/** Chromium keeps no worker of a site whose certificate it does not trust, though a page may overlook that. */
export const launchChromium = (...args: readonly string[]): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--ignore-certificate-errors', ...args] })
