// Goal: the first Ctrl-C asks a command to end, a second one forces it, whichever signals they are. Method: a
// process that is asked and never ends by itself.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'

const systemIo = new URL('../../src/cli/system-io.ts', import.meta.url).href

/** Longer than a key press that comes twice takes; shorter than anyone waits between two. */
const NEXT_PRESS_MS = 700

/** Says what it hears; asks twice, as a command may, to be told once. */
const PROGRAM = `
const { systemIo } = await import(${JSON.stringify(systemIo)})
const io = systemIo()
io.untilInterrupted()
io.untilInterrupted().addEventListener('abort', () => process.stdout.write('asked '))
setInterval(() => {}, 1000)
process.stdout.write('waiting ')
`

let child: ChildProcess | null = null

afterEach(() => child?.kill('SIGKILL'))

async function pressed(signals: readonly NodeJS.Signals[], apartMs: number): Promise<number | string | null> {
  const running = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child = running
  await once(running.stdout, 'data')
  const ended = once(running, 'exit')
  for (const [index, signal] of signals.entries()) {
    // A person who presses again after a time: that time is what is tested.
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, apartMs))
    running.kill(signal)
    if (index === 0) await once(running.stdout, 'data')
  }
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, NEXT_PRESS_MS))])
  return running.exitCode ?? running.signalCode
}

it.each([
  { signals: ['SIGINT', 'SIGINT'], code: 130 },
  { signals: ['SIGINT', 'SIGTERM'], code: 143 },
  { signals: ['SIGTERM', 'SIGINT'], code: 130 },
  { signals: ['SIGTERM', 'SIGTERM'], code: 143 },
] as const)('$signals one after the other force the end with $code', async ({ signals, code }) => {
  expect(await pressed(signals, NEXT_PRESS_MS)).toBe(code)
})

it('one signal only asks', async () => {
  expect(await pressed(['SIGINT'], 0)).toBeNull()
})

it('takes a Ctrl-C that comes from the terminal and again from npm as one', async () => {
  expect(await pressed(['SIGINT', 'SIGINT'], 20)).toBeNull()
})
