// Lint refuses what would make core impure or turn the direction of imports. Goal: the rules are seen to
// fail, so that a slip in their configuration does not switch them off unseen. Method: the project's own
// configuration over small files at the places that they would have in the project.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-lint-'))
  copyFileSync(join(root, '.oxlintrc.json'), join(directory, '.oxlintrc.json'))
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

function lint(path: string, text: string): Promise<string> {
  const file = join(directory, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${text}\n`)
  return new Promise((resolve) => {
    execFile('oxlint', ['--format', 'unix', '.'], { cwd: directory }, (_error, stdout) => resolve(stdout))
  })
}

const CORE = 'packages/core/src/health/probe.ts'

describe('lint', () => {
  it.each([
    ['a clock', CORE, 'export const at = (): number => Date.now()', 'no clock'],
    ['a timer', CORE, 'export const wait = (): unknown => setTimeout(() => {}, 1)', 'does not wait'],
    ['chance', CORE, 'export const dice = (): number => Math.random()', 'Math.random'],
    ['Node', CORE, "import { readFileSync } from 'node:fs'\nexport const read = readFileSync", 'node:fs'],
    ['the shell', CORE, "import { up } from 'holdfast'\nexport const start = up", 'holdfast'],
    [
      'a later step',
      CORE,
      "import { tick } from '../control/index.ts'\nexport const t = tick",
      '../control/index.ts',
    ],
    [
      'a side door',
      CORE,
      "import { ok } from '../units/result.ts'\nexport const fine = ok",
      '../units/result.ts',
    ],
  ])('keeps core from %s', async (_what, path, text, says) => {
    expect(await lint(path, text)).toContain(says)
  })

  it.each([
    ['the simulator from the server', 'packages/simulator/src/probe.ts', "export { x } from 'holdfast'"],
    [
      'a command from the store',
      'packages/server/src/cli/get/probe.ts',
      "export { x } from '../../store/store.ts'",
    ],
    [
      'an adapter from the loop',
      'packages/server/src/store/probe.ts',
      "export { x } from '../loop/index.ts'",
    ],
    [
      'the page from the server',
      'packages/dashboard/src/probe.ts',
      "export { x } from '../../server/src/main.ts'",
    ],
    ['the client from any package', 'packages/client/src/probe.ts', "export { x } from 'zod'"],
  ])('keeps %s', async (_what, path, text) => {
    expect(await lint(path, text)).toContain('no-restricted-imports')
  })

  it('lets core use what comes earlier, by its door', async () => {
    expect(await lint(CORE, "import { ok } from '../units/index.ts'\nexport const fine = ok")).not.toContain(
      'error',
    )
  })
})
