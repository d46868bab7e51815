/** What this software is called, and which release of it runs. */
import { readFileSync } from 'node:fs'

export const SOFTWARE = 'Plodge'

const PACKAGE = new URL('../../package.json', import.meta.url)

export const RELEASE: string = readVersion(readFileSync(PACKAGE, 'utf8'))

function readVersion(text: string): string {
  const { version } = JSON.parse(text) as { readonly version?: unknown }
  if (typeof version !== 'string') throw new Error(`${PACKAGE.pathname} has no version`)
  return version
}
