/** How the client is built: one page, its parts by name and hash, nothing from elsewhere, nothing inline (the tier's Content-Security-Policy). */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Plugin, defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

const WORKER = 'service-worker'
const PUBLIC = join(import.meta.dirname, 'public')
/** What is larger and not part of the first load is kept once somebody wanted it. */
const MOST_KEPT = 64_000

/** Tells the worker which files belong together. Their names have a hash, so that a change of any makes another worker. */
const filesOfVersion = (): Plugin => ({
  name: 'files-of-version',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      const built = Object.values(bundle)
      const worker = built.find(part => part.type === 'chunk' && part.name === WORKER)
      const page = built.find(part => part.type === 'asset' && part.fileName === 'index.html')
      if (worker?.type !== 'chunk' || page?.type !== 'asset') return this.error('there is no worker, or no page')
      // Browsers read it as a script of its own, not as a module.
      if (worker.imports.length > 0) return this.error(`the worker is not one file: it shares ${worker.imports.join()} with the page`)
      const html = String(page.source)
      const parts = built.filter(part => part.fileName.startsWith('assets/'))
      const sizeOf = (part: (typeof parts)[number]): number => (part.type === 'chunk' ? part.code : part.source).length
      const wanted = parts.filter(part => html.includes(part.fileName) || sizeOf(part) <= MOST_KEPT).map(({ fileName }) => fileName)
      // The entry first: by it the worker sees that the page is of its version.
      wanted.sort((one, other) => Number(isEntry(other, html)) - Number(isEntry(one, html)) || one.localeCompare(other))
      const others = readdirSync(PUBLIC)
      const version = createHash('sha256').update(html).update(JSON.stringify(wanted))
      for (const file of others) version.update(readFileSync(join(PUBLIC, file)))
      worker.code = worker.code
        .replaceAll('__FILES__', JSON.stringify([...wanted, ...others].map(file => `/${file}`)))
        .replaceAll('__VERSION__', JSON.stringify(version.digest('hex').slice(0, 12)))
      return undefined
    },
  },
})

const isEntry = (file: string, html: string): boolean => html.includes(`src="/${file}"`)

// oxlint-disable-next-line import/no-default-export -- Vite reads this one.
export default defineConfig({
  plugins: [solid(), filesOfVersion()],
  root: import.meta.dirname,
  publicDir: 'public',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    cssMinify: true,
    rolldownOptions: {
      input: { index: join(import.meta.dirname, 'index.html'), [WORKER]: join(import.meta.dirname, 'src/worker/service-worker.ts') },
      output: { entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
})
