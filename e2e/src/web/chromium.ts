/** Debian's Chromium, for tests of pages. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

export const CHROMIUM = '/usr/bin/chromium'

/** Why there is none; undefined when there is. */
export const missingChromium = existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not there`

export const launchChromium = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
