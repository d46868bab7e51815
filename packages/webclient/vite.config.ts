/** How the client is built: one page, its parts by name and hash, nothing from elsewhere, nothing inline (the tier's Content-Security-Policy). */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Plugin, defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

const WORKER = 'service-worker'
/** Runs before everything else, and waits for nothing. */
const EARLY = 'early'
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
      const early = built.find(part => part.type === 'chunk' && part.name === EARLY)
      if (!early) return this.error('there is nothing to begin with')
      const html = String(page.source).replace(
        '<script',
        `<script type="module" async crossorigin src="/${early.fileName}"></script>\n    <script`,
      )
      page.source = html
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

/** What the page needs at once is one file: each other would be a connection more, and as long again until it is there. */
const PAGE = join(import.meta.dirname, 'src/main.tsx')

function isOfFirst(
  id: string,
  infoOf: (id: string) => { readonly importers: readonly string[] } | null,
  seen = new Set<string>(),
): boolean {
  if (id === PAGE) return true
  if (seen.has(id)) return false
  seen.add(id)
  return infoOf(id)?.importers.some(importer => isOfFirst(importer, infoOf, seen)) ?? false
}

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
      input: {
        index: join(import.meta.dirname, 'index.html'),
        [EARLY]: join(import.meta.dirname, 'src/early/early.ts'),
        [WORKER]: join(import.meta.dirname, 'src/worker/service-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [{ debugName: 'first', name: (id, context) => (isOfFirst(id, one => context.getModuleInfo(one)) ? 'first' : null) }],
        },
      },
    },
  },
})
