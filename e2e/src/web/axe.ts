/** axe-core in a page: what of WCAG 2.2 A and AA it finds broken there. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
}

/** One line for each thing found. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Not by a script element: the page's policy allows none of ours.
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(SOURCE)
  const options = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] }
  const found = await page.evaluate(`axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`)
  return (found as readonly Violation[]).flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary?.replaceAll('\n', ' ') ?? ''}`),
  )
}
