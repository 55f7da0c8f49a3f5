// Goal: batches of many processes become series that are right in time and in number. Method: batches by hand into a
// table; impossible ones by chance.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeriesTable, type SeriesTable } from '@holdfast/core/health'
import { distributionOf } from '@holdfast/core/stats'
import { branded, epochMs, type InstanceId, type PartName, type ServiceName } from '@holdfast/core/units'
import { faultOfBatch, type OperationsBatch, type RecordedSeries } from './batch.ts'
import { createBatchLedger, type BatchLedger } from './batch-ledger.ts'
import { createOperationNames, type OperationNames } from './operation-names.ts'
import { takeBatch } from './take-batch.ts'
import { createWrapperMemories } from './wrapper-memory.ts'
import { noMemory } from '../source-memory.ts'

const T = 1_800_000_000_000
const at = (seconds: number): number => T + seconds * 1_000

const seriesOf = (values: readonly number[], changes: Partial<RecordedSeries> = {}): RecordedSeries => ({
  operation: 'GET /a',
  class: 'gold',
  outcome: 'ok',
  ...distributionOf(values),
  over: [],
  ...changes,
})

const batchOf = (changes: Partial<OperationsBatch> = {}): OperationsBatch => ({
  process: 'process-1',
  sequence: 1,
  part: 'web',
  fromAgoMs: 5_000,
  toAgoMs: 0,
  limitsMs: [],
  activeMs: 0,
  series: [seriesOf([10, 20])],
  ...changes,
})

const tableOf = (): SeriesTable => createSeriesTable({ source: 'wrapper', maxSeries: 50, latestMs: 1e12 })

const known = new WeakMap<SeriesTable, OperationNames>()
function namesOf(table: SeriesTable): OperationNames {
  const names = known.get(table) ?? createOperationNames(table)
  known.set(table, names)
  return names
}

function take(
  table: SeriesTable,
  ledger: BatchLedger,
  batch: OperationsBatch,
  seconds: number,
  instance: string | null = null,
): boolean {
  return takeBatch(
    table,
    { ledger, names: namesOf(table) },
    {
      batch,
      service: branded<ServiceName>('shop'),
      part: branded<PartName>('web'),
      instance: instance === null ? null : branded<InstanceId>(instance),
      arrivedAt: at(seconds),
    },
  )
}

const drained = (table: SeriesTable, seconds: number) => table.drain(epochMs(at(seconds)))

it('places a batch by how long ago it was when it arrived', () => {
  const table = tableOf()
  take(table, createBatchLedger(), batchOf({ fromAgoMs: 7_000, toAgoMs: 2_000 }), 10)
  expect(drained(table, 10)[0]).toMatchObject({
    series: {
      source: 'wrapper',
      name: 'http.server.request.duration',
      unit: 'ms',
      about: { part: 'web', instance: null },
      labels: {
        'holdfast.operation': 'GET /a',
        'holdfast.class': 'gold',
        'holdfast.outcome': 'completed',
        'service.instance.id': 'process-1',
      },
    },
    from: at(3),
    to: at(8),
    distribution: { count: 2, sum: 30 },
  })
})

it('tells of an instance of ours as of that, without a label for it', () => {
  const table = tableOf()
  take(table, createBatchLedger(), batchOf({ instance: 'shop-web-1-1' }), 10, 'shop-web-1-1')
  const [reading] = drained(table, 10)
  expect(reading?.series.about).toEqual({ part: 'web', instance: 'shop-web-1-1' })
  expect(reading?.series.labels).not.toHaveProperty('service.instance.id')
})

it('counts a batch that comes again once', () => {
  const [table, ledger] = [tableOf(), createBatchLedger()]
  expect([1, 1, 2, 1].map((sequence) => take(table, ledger, batchOf({ sequence }), 10 + sequence))).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect(drained(table, 20)[0]?.distribution?.count).toBe(4)
})

it('counts what several processes of one instance tell, though they arrive in the same millisecond', () => {
  const [table, ledger] = [tableOf(), createBatchLedger()]
  for (const process of ['process-1', 'process-2', 'process-3'])
    take(table, ledger, batchOf({ process, activeMs: 10_000 }), 10, 'shop-web-1-1')
  const readings = drained(table, 11)
  expect(readings.map(({ distribution, last }) => distribution?.count ?? last)).toEqual([6, 6])
  expect(table.faults()).toEqual({})
})

it('integrates the operations under way over time', () => {
  const [table, ledger] = [tableOf(), createBatchLedger()]
  const actives = [3, 0, 7, 1]
  for (const [i, active] of actives.entries())
    take(table, ledger, batchOf({ sequence: i, activeMs: active * 5_000, series: [] }), 5 * i)
  const [reading] = drained(table, 20)
  const mean = (reading?.sum ?? 0) / ((reading?.to ?? 0) - (reading?.from ?? 0))
  expect(reading?.series).toMatchObject({ name: 'http.server.active_requests', kind: 'gauge' })
  expect(mean).toBeCloseTo((3 + 0 + 7 + 1) / 4, 2)
})

it('forgets the operations under way of a process that fell silent', () => {
  const [table, ledger] = [tableOf(), createBatchLedger()]
  take(table, ledger, batchOf({ process: 'process-1', activeMs: 10_000, series: [] }), 0, 'shop-web-1-1')
  take(table, ledger, batchOf({ process: 'process-2', activeMs: 15_000, series: [] }), 1, 'shop-web-1-1')
  expect(drained(table, 1)).toMatchObject([{ last: 5 }])
  take(
    table,
    ledger,
    batchOf({ process: 'process-2', sequence: 2, activeMs: 15_000, series: [] }),
    60,
    'shop-web-1-1',
  )
  expect(drained(table, 60)).toMatchObject([{ last: 3 }])
})

it('goes on where a process ended when the clock was set back', () => {
  const [table, ledger] = [tableOf(), createBatchLedger()]
  take(table, ledger, batchOf({ sequence: 1 }), 100)
  take(table, ledger, batchOf({ sequence: 2 }), 40)
  expect(drained(table, 100)[0]).toMatchObject({ distribution: { count: 4 } })
  expect(table.faults()).toEqual({})
})

it('remembers a bounded number of processes, those that spoke last', () => {
  const ledger = createBatchLedger([], 3)
  const table = tableOf()
  for (const process of ['process-1', 'process-2', 'process-1', 'process-3', 'process-4'])
    take(table, ledger, batchOf({ process, sequence: ledger.processes().length, series: [] }), 1)
  expect(ledger.processes().map(({ process }) => process)).toEqual([
    'shop/process-1',
    'shop/process-3',
    'shop/process-4',
  ])
})

const counted = (table: SeriesTable, seconds: number): number =>
  drained(table, seconds).reduce((sum, { distribution }) => sum + (distribution?.count ?? 0), 0)

it('counts as others what there is no room for, and loses nothing', () => {
  const table = createSeriesTable({ source: 'wrapper', maxSeries: 6, latestMs: 1e12 })
  const ledger = createBatchLedger()
  for (const sequence of [1, 2]) {
    const series = Array.from({ length: 10 }, (_, i) =>
      seriesOf([1, 200], { operation: `GET /${i}`, outcome: i % 2 === 0 ? 'ok' : 'failed', over: [1] }),
    )
    take(table, ledger, batchOf({ process: 'process-1', sequence, series, limitsMs: [100] }), 10)
    take(table, ledger, batchOf({ process: 'process-2', sequence, series, limitsMs: [100] }), 10)
  }
  expect(table.size()).toBe(6)
  expect(counted(table, 11)).toBe(80)
  expect(table.faults()['time-backwards']).toBeUndefined()
})

it('tells apart no more operations and classes than people look at, and counts the others together', () => {
  const table = createSeriesTable({ source: 'wrapper', maxSeries: 5_000, latestMs: 1e12 })
  const ledger = createBatchLedger()
  for (let i = 0; i < 100; i++) {
    const series = [0, 1, 2].map((n) => seriesOf([1], { operation: `GET /${i}-${n}`, class: `c${i}` }))
    take(table, ledger, batchOf({ sequence: i, series }), 10 + i)
  }
  const readings = table.drain(epochMs(at(200)))
  const labels = (label: string) => new Set(readings.map(({ series }) => series.labels[label]))
  expect([labels('holdfast.operation').size, labels('holdfast.class').size]).toEqual([202, 18])
  expect(readings.reduce((sum, { distribution }) => sum + (distribution?.count ?? 0), 0)).toBe(300)
})

it('remembers of each service which batches were counted, whatever others send', () => {
  const memoryOf = createWrapperMemories()
  const [shop, mad] = [tableOf(), tableOf()]
  const { ledger } = memoryOf({ sink: shop, memory: noMemory })
  take(shop, ledger, batchOf(), 1)
  for (let i = 0; i < 10_001; i++)
    memoryOf({ sink: mad, memory: noMemory }).ledger.count({
      process: `mad/${i}`,
      target: 'mad',
      sequence: 1,
      to: i,
      active: 0,
    })
  expect(take(shop, memoryOf({ sink: shop, memory: noMemory }).ledger, batchOf(), 2)).toBe(false)
})

describe('a batch that cannot be true', () => {
  it.each<[string, Partial<OperationsBatch>]>([
    ['It began after it ended', { fromAgoMs: 1, toAgoMs: 2 }],
    ['there twice', { series: [seriesOf([1]), seriesOf([2])] }],
    ['do not add up', { series: [seriesOf([1, 2], { count: 3 })] }],
    ['are not between', { series: [seriesOf([1], { offset: 99_999 })] }],
    ['contradict each other', { series: [seriesOf([1, 2], { sum: 500 })] }],
    ['contradict each other', { series: [seriesOf([1, 2], { min: 3 })] }],
    ['first and the last bucket', { series: [seriesOf([1, 2], { max: 900, sum: 3 })] }],
    ['first and the last bucket', { series: [seriesOf([], { count: 1, zeroCount: 1, max: 5, sum: 5 })] }],
    ['for each of the 1 limits', { limitsMs: [100], series: [seriesOf([1])] }],
    ['for each of the 1 limits', { limitsMs: [100], series: [seriesOf([1], { over: [2] })] }],
  ])('is refused: %s', (says, changes) => {
    expect(faultOfBatch(batchOf(changes))?.says).toContain(says)
  })

  it('is never one that was recorded', () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.integer({ min: 0, max: 1_000 }))
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        expect(faultOfBatch(batchOf({ series: [seriesOf(values)] }))).toBeNull()
      }),
    )
  })
})
