// Goal: an experiment runs as seldom as it is said, and what it found is told all the time, also after a restart.
// Method: experiments that the test ends, rounds at chosen instants, and a table that says what was told.
import { durationMs, epochMs } from '@holdfast/core/units'
import { beforeEach, expect, it } from 'vitest'
import type { OpenedSource } from '../source.ts'
import { after, sourceBench, T, type SourceBench } from '../testing/source-bench.ts'
import { openBenchmark, type Found } from './open-benchmark.ts'

const DAY_MS = 86_400_000
const reads = { requests: [], length: durationMs(60_000), again: durationMs(DAY_MS) }
const found: Found = { capacityPerSecond: 20, serviceMeanMs: 48, startMs: 900 }

let bench: SourceBench
let ends: PromiseWithResolvers<Found>[]
let signals: AbortSignal[]
let remembered: () => string

beforeEach(() => {
  bench = sourceBench({ kind: 'benchmark', benchmark: reads })
  ends = []
  signals = []
})

const open = (before: string | null = null): OpenedSource =>
  openBenchmark(
    reads,
    { ...bench.given, memory: { before, remember: (tell) => void (remembered = tell) } },
    (_, signal) => {
      const end = Promise.withResolvers<Found>()
      ends.push(end)
      signals.push(signal)
      return end.promise
    },
  )
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const told = (seconds: number): Record<string, number> => bench.lasts(after(seconds))

it('begins with an experiment, and tells nothing before it ends', async () => {
  await using source = open()
  await source.round(after(0), AbortSignal.timeout(1_000))
  await source.round(after(15), AbortSignal.timeout(1_000))
  expect(ends).toHaveLength(1)
  expect(told(15)).toEqual({})
  ends[0]?.resolve(found)
  await settled()
  await source.round(after(30), AbortSignal.timeout(1_000))
  expect(told(30)).toEqual({
    'benchmark.capacity': 20,
    'benchmark.service_time': 48,
    'benchmark.start_time': 900,
  })
})

it('tries again as seldom as it is said', async () => {
  await using source = open()
  await source.round(T, AbortSignal.timeout(1_000))
  ends[0]?.resolve(found)
  await settled()
  await source.round(epochMs(T + DAY_MS - 1), AbortSignal.timeout(1_000))
  expect(ends).toHaveLength(1)
  await source.round(epochMs(T + DAY_MS), AbortSignal.timeout(1_000))
  expect(ends).toHaveLength(2)
  ends[1]?.resolve(found)
})

it('goes on telling what it found after a restart, without another experiment', async () => {
  {
    await using source = open()
    await source.round(T, AbortSignal.timeout(1_000))
    ends[0]?.resolve(found)
    await settled()
  }
  await using source = open(remembered())
  await source.round(after(60), AbortSignal.timeout(1_000))
  expect(ends).toHaveLength(1)
  expect(told(60)).toMatchObject({ 'benchmark.capacity': 20 })
})

it('says with each round why an experiment failed, tries again after ten minutes, and keeps what was found', async () => {
  await using source = open(JSON.stringify({ at: T - DAY_MS, found }))
  await source.round(after(0), AbortSignal.timeout(1_000))
  ends[0]?.reject(new Error('The part does not start.'))
  await settled()
  await expect(source.round(after(15), AbortSignal.timeout(1_000))).rejects.toThrow(
    'The part does not start.',
  )
  expect(told(15)).toMatchObject({ 'benchmark.capacity': 20 })
  expect(ends).toHaveLength(1)
  await expect(source.round(after(600), AbortSignal.timeout(1_000))).rejects.toThrow()
  expect(ends).toHaveLength(2)
  ends[1]?.resolve(found)
})

it('gives an experiment up when it is closed', async () => {
  const source = open()
  await source.round(T, AbortSignal.timeout(1_000))
  const end = source[Symbol.asyncDispose]()
  expect(signals[0]?.aborted).toBe(true)
  ends[0]?.reject(new Error('Interrupted'))
  await end
})
