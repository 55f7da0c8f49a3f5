// Goal: `holdfast profile` as it is typed: what it writes, and that nothing it started outlives it. Method: the real
// command in a process of its own, on a program that does not end when it is asked to.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const program = fileURLToPath(new URL('../../src/profile/fixtures/program.ts', import.meta.url))

const manifest = `# The shop.
apiVersion: holdfast/v1
kind: Service
metadata: { name: shop, owner: team }
spec:
  gateway: { entry: web }
  parts:
    - name: web # its only part
      instanceType: small
      run:
        command: [node, program.ts]
        directory: .
        environment: { BEHAVIOUR: deaf }
        readiness: { http: /readyz, within: 10s }
      characteristics: { serviceTime: { mean: 20ms }, capacity: 50/s, startTime: 5s } # guessed
`

let directory = ''
let child: ChildProcess | null = null

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-profile-test-')))
  await copyFile(program, join(directory, 'program.ts'))
  await writeFile(join(directory, 'package.json'), '{"type": "module"}')
  await writeFile(join(directory, 'shop.yaml'), manifest)
})

afterEach(async () => {
  child?.kill('SIGKILL')
  for (const pid of leftOver()) process.kill(Number(pid), 'SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

interface Run {
  readonly process: ChildProcess
  readonly ended: Promise<unknown>
  readonly said: () => string
  readonly printed: () => string
}

function profile(...args: readonly string[]): Run {
  const started = spawn(process.execPath, [main, 'profile', 'shop', '-f', 'shop.yaml', ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  let [printed, said] = ['', '']
  started.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return { process: started, ended: once(started, 'close'), said: () => said, printed: () => printed }
}

/** Processes that run in the directory, beside the command itself. */
function leftOver(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const isHere = /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === directory
      return isHere && Number(pid) !== child?.pid
    } catch {
      return false
    }
  })
}

const PATIENCE = { timeout: 30_000, interval: 10 }

it('prints JSON for programs, and writes the figures into the manifest and nothing else', async () => {
  const run = profile('--time', '5s', '--json', '--write', 'shop.yaml')
  await run.ended
  expect(run.process.exitCode).toBe(0)
  const { parts } = JSON.parse(run.printed()) as {
    readonly parts: readonly {
      readonly capacityPerSecond: { readonly value: number; readonly low: number; readonly high: number }
      readonly manifest: {
        readonly characteristics: { readonly capacity: string; readonly startTime: string }
      }
    }[]
  }
  const [web] = parts
  expect(web?.capacityPerSecond.low).toBeLessThanOrEqual(web?.capacityPerSecond.value ?? 0)
  const { capacity, startTime } = web?.manifest.characteristics ?? { capacity: '', startTime: '' }
  const written = await readFile(join(directory, 'shop.yaml'), 'utf8')
  expect(written.replace(/mean: \d+ms(, p95: \d+ms)?/, 'mean: 20ms')).toBe(
    manifest.replace('50/s', capacity).replace('startTime: 5s', `startTime: ${startTime}`),
  )
  expect(leftOver()).toEqual([])
})

it('ends at Ctrl-C with all that it started, and writes nothing', async () => {
  const run = profile('--write', 'shop.yaml')
  await vi.waitFor(() => expect(run.said()).toContain('Profiling web'), PATIENCE)
  expect(leftOver().length).toBeGreaterThan(0)
  run.process.kill('SIGINT')
  await run.ended
  expect(run.process.exitCode).toBe(1)
  expect(run.said()).toContain('Stopped. All that was started was ended, and nothing was written.')
  expect(leftOver()).toEqual([])
  expect(await readFile(join(directory, 'shop.yaml'), 'utf8')).toBe(manifest)
})

it('takes all that it started along also when it is forced to end', async () => {
  const run = profile()
  await vi.waitFor(() => expect(run.said()).toContain('Profiling web'), PATIENCE)
  run.process.kill('SIGINT')
  // Another signal at once, whichever of them is heard first: it does not wait for the program, which is deaf.
  run.process.kill('SIGTERM')
  await run.ended
  expect([130, 143]).toContain(run.process.exitCode)
  await vi.waitFor(() => expect(leftOver()).toEqual([]), PATIENCE)
})
