/** docs/limits.md, made from the keys and what happens at each: `node packages/plodge/src/config/limits-manual.ts` writes it, and a test says when it is old. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { KEYS } from './keys.ts'
import { LIMIT_ROWS } from './limits-table.ts'

export const LIMITS_PAGE: string = fileURLToPath(new URL('../../../../docs/limits.md', import.meta.url))

export function limitsManual(): string {
  const rows = Object.entries(LIMIT_ROWS).map(([name, { of, over, test }]) => {
    const usual = KEYS.find(key => key.name === name)?.otherwise
    return `| \`${name}\` | ${String(usual)} | ${of} | ${over} | ${test ? `[${test[1]}](../${test[0]})` : 'none yet'} |`
  })
  return `# Limits

What protects the server, and each person from others: how much there may be of each thing, and what happens to more. What the keys mean is in
[configuration.md](configuration.md). This page is made from the program (\`npm run docs:config\`); a test sees that each limit of the configuration is on it,
and that the tests are there.

| key | otherwise | of | what happens to more | tried by |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
}

if (import.meta.main) writeFileSync(LIMITS_PAGE, limitsManual())
