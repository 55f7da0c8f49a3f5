// Goal: what people look at is of the last half minute, or of what a source told last that tells less often.
import { distributionOf, emptyDistribution } from '@holdfast/core/stats'
import { branded, epochMs, type PartName, type ServiceName } from '@holdfast/core/units'
import { describe, expect, it } from 'vitest'
import type { PartMeasurement, ServiceMeasurement } from '../platforms/gateway/gateway.ts'
import { createRecentFigures } from './figures.ts'

const measured = (from: number, to: number, arrivals: number): ServiceMeasurement => ({
  service: branded<ServiceName>('shop'),
  from: epochMs(from * 1_000),
  to: epochMs(to * 1_000),
  arrivals,
  completed: arrivals,
  failed: 0,
  refused: 0,
  aborted: 0,
  responseMs: distributionOf([10]),
  firstByteMs: emptyDistribution,
  levels: [],
  parts: [],
  operations: [],
  clients: [],
})

const nothingOf = (part: PartName): PartMeasurement => ({
  part,
  arrivals: 0,
  completed: 0,
  failed: 0,
  passedOn: 0,
  refused: 0,
  aborted: 0,
  queued: 0,
  inPartMean: 0,
  serviceMs: emptyDistribution,
  waitingMs: emptyDistribution,
  instances: [],
})

describe('recent figures', () => {
  it('are of the last half minute', () => {
    const figures = createRecentFigures()
    figures.add(measured(0, 2, 200))
    figures.add(measured(40, 42, 20))
    figures.add(measured(42, 44, 40))
    expect(figures.since(epochMs(44_000))).toMatchObject({ requestsPerSecond: 15, response: { count: 2 } })
  })

  it('of parts are of the same time as those of the service', () => {
    const figures = createRecentFigures()
    const web = branded<PartName>('web')
    figures.add({ ...measured(0, 2, 20), parts: [{ ...nothingOf(web), arrivals: 20 }] })
    figures.add({ ...measured(2, 4, 0), parts: [nothingOf(web)] })
    const { partsPerSecond, requestsPerSecond } = figures.since(epochMs(4_000))
    expect([partsPerSecond.get('web'), requestsPerSecond]).toEqual([5, 5])
  })

  it('are what was told last where that is told once a minute, until it is overdue', () => {
    const figures = createRecentFigures()
    figures.add(measured(0, 60, 600))
    expect(figures.since(epochMs(119_000)).requestsPerSecond).toBe(10)
    expect(figures.since(epochMs(180_000)).requestsPerSecond).toBeNull()
  })
})
