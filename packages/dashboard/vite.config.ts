/**
 * Builds the page to dist/: every file under a hashed name in /assets, nothing inlined, so that the server
 * can send a strict content security policy and let browsers keep the assets for ever.
 */
import { defineConfig } from 'vite'

// oxlint-disable-next-line import/no-default-export -- Vite reads its configuration from the default export.
export default defineConfig({
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // light-dark() and nesting work here; older targets would get them rewritten into something that does not toggle.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    reportCompressedSize: false,
  },
})
