/** docs/configuration.md, made from the keys: `node packages/plodge/src/config/manual.ts` writes it, and a test says when it is old. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Key } from './key.ts'
import { KEYS } from './keys.ts'

export const MANUAL: string = fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url))

const toToml = (value: unknown): string => JSON.stringify(value)

export function manual(): string {
  const tables = Map.groupBy(KEYS, ({ name }) => (name.includes('.') ? name.slice(0, name.indexOf('.')) : ''))
  const sections = [...tables].map(([table, keys]) =>
    [`## ${table === '' ? 'Before the first table' : `[${table}]`}`, '', ...keys.flatMap(describe)].join('\n'),
  )
  return `# Configuration

One TOML file. \`plodge start --config FILE\` reads it; \`plodge config check\` says what is wrong with it, line by line. SIGHUP makes a running
server read it again: certificates, limits and the password feed change at once, the rest with the next start.

A minimal one:

\`\`\`toml
domain = "chat.cam.ac.uk"
data = "/var/lib/plodge"
[tls]
certificate = "fullchain.pem"
key = "privkey.pem"
[users]
password_feed = "hermes.passwd"
\`\`\`

This page is made from the program (\`npm run docs:config\`).

${sections.join('\n\n')}
`
}

function describe({ name, kind, otherwise, meaning, example }: Key<unknown>): string[] {
  const short = name.slice(name.indexOf('.') + 1)
  const usual = otherwise === undefined ? 'must be there' : `otherwise \`${toToml(otherwise)}\``
  return [`- **\`${short}\`** (${kind.expected}; ${usual}): ${meaning} Example: \`${example}\``]
}

if (import.meta.main) writeFileSync(MANUAL, manual())
