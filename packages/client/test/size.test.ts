// Goal: a page that paces its updates loads little for it. Method: what a bundler makes of the entry, packed as servers do.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, it } from 'vitest'

async function packedBytes(entry: string): Promise<number> {
  const path = fileURLToPath(new URL(`../src/${entry}/index.ts`, import.meta.url))
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'esnext',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: path, preserveEntrySignatures: 'strict' },
    },
  })
  const [one] = Array.isArray(built) ? built : [built]
  if (one === undefined || !('output' in one)) throw new Error('nothing was built')
  const code = one.output.map((part) => (part.type === 'chunk' ? part.code : '')).join('')
  return gzipSync(code, { level: 9 }).length
}

it('takes less than 3 kB, minified and packed', async () => {
  const bytes = await packedBytes('pacing')
  expect(bytes).toBeGreaterThan(1_000)
  expect(bytes).toBeLessThan(3_000)
})
