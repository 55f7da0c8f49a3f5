/** Goal: who waits sees what is being done. Method: the same events on a terminal, in a pipe, and for a program. */
import { branded, type PartName } from '@holdfast/core/units'
import { expect, it } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import type { ProfileEvent } from '../../profile/index.ts'
import type { CommandContext } from '../perform.ts'
import { showProgress } from './progress.ts'

const part = branded<PartName>('data')
const throughput = { value: 79.9, low: 78, high: 81, samples: 80 }

const events: readonly ProfileEvent[] = [
  { kind: 'assembling', parts: 3 },
  { kind: 'profiling', part, nth: 1, of: 3 },
  { kind: 'started', part, ms: 301.4, times: 1 },
  { kind: 'driving', part, ratePerSecond: 40 },
  { kind: 'driven', part, result: { kind: 'follows', ratePerSecond: 40, sustainedPerSecond: 36 } },
  { kind: 'driven', part, result: { kind: 'follows', ratePerSecond: 50, sustainedPerSecond: 20 } },
  { kind: 'driven', part, result: { kind: 'saturated', ratePerSecond: 160, throughput } },
  { kind: 'driven', part, result: { kind: 'fails', ratePerSecond: 90, failedRatio: 0.126 } },
  { kind: 'timing', part, operations: 12 },
]

function shown(isTTY: boolean, json: boolean): string {
  const { io, result } = fakeIo({ args: [], isTTY })
  const context = { io, json, note: (line: string) => io.stderr.write(`${line}\n`) }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- progress uses nothing else of it
  const progress = showProgress(context as unknown as CommandContext)
  for (const event of events) progress.tell(event)
  progress.end()
  expect(result().stdout).toBe('')
  return result().stderr
}

it('writes a line for each step where there is no terminal', () => {
  expect(shown(false, false)).toBe(`Starting one instance of each of 3 parts …
Profiling data (1 of 3) …
  40/s: nothing piles up
  50/s: nothing piles up yet
  160/s: too much, 79.9/s come out
  90/s: too much, 13 % fail
`)
})

it('keeps one line up to date on a terminal, with what was found so far, and takes it away at the end', () => {
  const frames = shown(true, false).split('\r\u001b[2K')
  expect(frames).toContain('data (1 of 3) · driven at 40/s · starts in 301 ms')
  expect(frames).toContain('data (1 of 3) · timed 12 operations · takes in about 79.9/s')
  expect(frames.at(-1)).toBe('')
})

it('says nothing to programs', () => {
  expect(shown(false, true)).toBe('')
})
