/** Builds the web client when it is not built, or is older than what it is made of. It takes two or three seconds. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { repository, run } from './setup.mjs'

const folder = join(repository, 'packages/webclient')
const built = join(folder, 'dist/index.html')
const PARTS = ['packages/webclient/src', 'packages/webclient/public', 'packages/xmpp/src']

/** Gives why it could not be built, or undefined. */
export async function buildWebClient(node) {
  if (existsSync(built) && statSync(built).mtimeMs > newest()) return undefined
  const { code, output } = await run(node, [join(repository, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: folder, isQuiet: true })
  return code === 0 ? undefined : output.trimEnd()
}

function newest() {
  const files = PARTS.flatMap(part => readdirSync(join(repository, part), { recursive: true }).map(name => join(repository, part, name)))
  return Math.max(
    ...files.map(file => statSync(file).mtimeMs),
    ...['index.html', 'vite.config.ts'].map(file => statSync(join(folder, file)).mtimeMs),
  )
}
