/** How the client is built: one page, its parts by name and hash, nothing from elsewhere, nothing inline (the tier's Content-Security-Policy). */
import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

// oxlint-disable-next-line import/no-default-export -- Vite reads this one.
export default defineConfig({
  plugins: [solid()],
  root: import.meta.dirname,
  publicDir: 'public',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    cssMinify: true,
  },
})
