// What is generated and committed is what the code says now.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generated } from '../../scripts/generated.ts'

describe('generated files', async () => {
  it.each(await generated())('$path is what the code says; if not: npm run generate', ({ path, text }) => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text)
  })
})
