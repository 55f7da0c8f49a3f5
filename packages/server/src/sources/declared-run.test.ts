// Goal: a source is asked at its pace, and whatever it does wrong is its own fault and nobody else's.
// Method: a clock that the test moves, and sources that fail, hang or answer as they are told to.
import { createSeriesTable, type SeriesTable } from '@holdfast/core/health'
import { branded, durationMs, type PartName, type ServiceName, type SourceName } from '@holdfast/core/units'
import { beforeEach, expect, it } from 'vitest'
import { runDeclared, type DeclaredRun } from './declared-run.ts'
import { SourceError, type DeclaredSource, type OpenedSource } from './source.ts'
import { createManualClock, type ManualClock } from './testing/manual-clock.ts'

const START = 1_800_000_000_000
const declared: DeclaredSource = {
  name: branded<SourceName>('node'),
  service: branded<ServiceName>('shop'),
  part: branded<PartName>('web'),
  every: durationMs(10_000),
  timeout: durationMs(3_000),
  reads: { kind: 'host', host: { cgroup: null, instances: false } },
}

let clock: ManualClock
let sink: SeriesTable
let closed: number
let successes: number[]

beforeEach(() => {
  clock = createManualClock(START)
  sink = createSeriesTable({ source: 'node', maxSeries: 10, latestMs: 10_000 })
  closed = 0
  successes = []
})

const run = (round: OpenedSource['round']): DeclaredRun =>
  runDeclared({
    declared,
    clock,
    sink,
    opened: { round, [Symbol.asyncDispose]: async () => void (closed += 1) },
    onSuccess: (at) => void successes.push(at - START),
  })

it('asks at once and then at its pace', async () => {
  await using one = run(async () => {})
  await clock.advance(25_000)
  expect(successes).toEqual([0, 10_000, 20_000])
  expect(one.state()).toMatchObject({ rounds: 3, failed: 0, says: null })
})

it('counts a round that fails, says why, and goes on', async () => {
  let times = 0
  await using one = run(async () => {
    times += 1
    if (times === 1) throw new SourceError('unreachable', 'Nobody answers at 127.0.0.1:9100.')
  })
  await clock.advance(0)
  expect(one.state()).toMatchObject({ failed: 1, says: 'Nobody answers at 127.0.0.1:9100.' })
  expect(sink.faults()).toEqual({ unreachable: 1 })
  await clock.advance(10_000)
  expect(one.state()).toMatchObject({ rounds: 2, failed: 1, says: null, lastSuccessAt: START + 10_000 })
})

it('ends a round that takes too long, whether it heeds the signal or not', async () => {
  await using one = run(() => new Promise(() => {}))
  await clock.advance(2_999)
  expect(one.state().rounds).toBe(0)
  await clock.advance(1)
  expect(one.state().says).toBe(
    'It took more than 3000 ms; look at what it asks, or give it a longer timeout.',
  )
  expect(sink.faults()).toEqual({ 'timed-out': 1 })
  await clock.advance(7_000)
  await clock.advance(3_000)
  expect(one.state()).toMatchObject({ rounds: 2, failed: 2 })
})

it('takes an error that nobody foresaw as a fault like any other', async () => {
  await using one = run(async () => {
    throw new TypeError('x is not a function')
  })
  await clock.advance(0)
  expect(one.state().says).toBe('x is not a function')
  expect(sink.faults()).toEqual({ failed: 1 })
})

it('ends a round that is under way when it is stopped, and closes what it opened', async () => {
  const one = run(() => new Promise(() => {}))
  await clock.advance(0)
  await one[Symbol.asyncDispose]()
  expect(closed).toBe(1)
  expect(one.state().failed).toBe(0)
})
