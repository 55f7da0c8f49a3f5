// The eight metrics from what was counted: each with its rule, and null with the reason where nothing is known.
import { describe, expect, it } from 'vitest'
import { distributionOf } from '../stats/index.ts'
import { branded, type LevelName, type RuleName } from '../units/index.ts'
import { eightMetrics } from './eight-metrics.ts'
import { nothingTold, type InputTally, type Rule } from './rules/index.ts'
import { noTally, type Tally } from './tally.ts'

/** A minute of two instances with one place each: 60 operations of half a second, a tenth of a second waited. */
const minute: Tally = {
  ...noTally,
  seenMs: 60_000,
  readyMs: 60_000,
  arrivals: 62,
  completed: 60,
  failed: 2,
  waitedMs: 6_000,
  servedMs: 30_000,
  placesMs: 120_000,
  response: distributionOf(Array.from({ length: 60 }, () => 600)),
  service: distributionOf(Array.from({ length: 60 }, () => 500)),
  levels: { [branded<LevelName>('quick')]: { met: 55, missed: 7 } },
  sources: ['gateway'],
}

const part = eightMetrics({ kind: 'part', tally: minute, parts: [], rules: [] })

describe('a part', () => {
  it('answers a share of its operations', () => {
    expect(part.availability).toEqual({
      value: 60 / 62,
      rule: 'share-answered',
      observations: 62,
      sources: ['gateway'],
    })
    expect(part.throughput).toMatchObject({ value: 1, observations: 60 })
  })

  it('takes its own service time, not what its operations waited', () => {
    expect(part.serviceTime.value?.meanMs).toBe(500)
  })

  it('has a line by who waits how long', () => {
    expect(part.queueLength).toMatchObject({ value: 0.1, rule: 'littles-law', observations: 60 })
  })

  it('is used as its places are busy, and could do what that share leaves room for', () => {
    expect(part.utilisation).toMatchObject({ value: 0.25, rule: 'busy-over-places' })
    expect(part.capacity).toMatchObject({ value: 4, rule: 'places-over-service-time' })
  })

  it('could do what is expected of its instances, where anything is', () => {
    const metrics = eightMetrics({ kind: 'part', tally: { ...minute, takesIn: 120 }, parts: [], rules: [] })
    expect(metrics.capacity).toMatchObject({ value: 2, rule: 'expected-capacity' })
    expect(metrics.utilisation).toMatchObject({ value: 0.5, rule: 'throughput-over-capacity' })
  })

  it('can do nothing while none of its instances is ready, whatever is expected of them', () => {
    const down = { ...minute, readyMs: 0, takesIn: 0, placesMs: 0, completed: 0 }
    const metrics = eightMetrics({ kind: 'part', tally: down, parts: [], rules: [] })
    expect(metrics.capacity).toMatchObject({ value: 0, rule: 'none-ready' })
    const whole = eightMetrics({
      kind: 'service',
      tally: minute,
      parts: [
        { tally: { ...minute, takesIn: 600 }, visits: 1 },
        { tally: down, visits: 1 },
      ],
      rules: [],
    })
    expect(whole.capacity.value).toBe(0)
  })

  it('says what has to be declared for its capacity to be known', () => {
    const metrics = eightMetrics({ kind: 'part', tally: { ...minute, placesMs: 0 }, parts: [], rules: [] })
    expect(metrics.capacity).toMatchObject({ value: null, reason: expect.stringContaining('declared') })
  })

  it('counts exactly what was over each limit', () => {
    expect(part.violations.value).toEqual([{ level: 'quick', operations: 62, over: 7 }])
  })

  it('says why a value is missing', () => {
    const nothing = eightMetrics({ kind: 'part', tally: noTally, parts: [], rules: [] })
    for (const metric of Object.values(nothing)) {
      expect(metric.value).toBeNull()
      expect('reason' in metric && metric.reason).toMatch(/\.$/)
    }
  })

  it('is available as long as it was ready, where nothing came', () => {
    const idle = eightMetrics({
      kind: 'part',
      tally: { ...noTally, seenMs: 60_000, readyMs: 45_000 },
      parts: [],
      rules: [],
    })
    expect(idle.availability).toMatchObject({ value: 0.75, rule: 'share-ready', observations: 0 })
    expect(idle.throughput).toMatchObject({ value: 0 })
    expect(idle.serviceTime.value).toBeNull()
  })
})

it('has no line of its own as an instance: operations wait for the part', () => {
  const { queueLength, serviceTime } = eightMetrics({ kind: 'instance', tally: minute, parts: [], rules: [] })
  expect(queueLength).toEqual({ value: null, reason: expect.stringContaining('part') })
  expect(serviceTime.value?.meanMs).toBe(500)
})

describe('a service', () => {
  const wide = { ...minute, takesIn: 600 }
  const narrow = { ...minute, takesIn: 300 }
  const service = eightMetrics({
    kind: 'service',
    tally: minute,
    parts: [
      { tally: wide, visits: 1 },
      { tally: narrow, visits: 3 },
    ],
    rules: [],
  })

  it('takes what an operation takes from end to end', () => {
    expect(service.serviceTime.value?.p50Ms).toBe(600)
  })

  it('could do what its tightest part can, each operation counted as often as it comes there', () => {
    expect(service.capacity.value).toBeCloseTo(5 / 3)
  })

  it('has the lines of all its parts', () => {
    expect(service.queueLength.value).toBeCloseTo(0.2)
  })

  it('knows no capacity where that of no part is known', () => {
    const metrics = eightMetrics({ kind: 'service', tally: minute, parts: [], rules: [] })
    expect([metrics.capacity.value, metrics.utilisation.value, metrics.queueLength.value]).toEqual([
      null,
      null,
      null,
    ])
  })
})

describe('what sources tell besides', () => {
  const told = (of: Partial<InputTally>): InputTally => ({ ...nothingTold, sources: ['node'], ...of })
  const whole = (inputs: Tally['inputs'], rules: readonly Rule[] = []): ReturnType<typeof eightMetrics> =>
    eightMetrics({ kind: 'service', tally: { ...minute, inputs }, parts: [], rules })

  it('makes it available as probes found it, whatever was answered', () => {
    const up = told({ samples: 4, seriesMs: 60_000, levelMs: 45_000, least: 0, greatest: 1 })
    expect(whole({ 'default up': up }).availability).toEqual({
      value: 0.75,
      rule: 'share-up',
      observations: 4,
      sources: ['node'],
    })
  })

  it('uses it as the busiest of processors and disks is, and lets it do what that leaves room for', () => {
    const cpu = told({ samples: 4, seriesMs: 60_000, levelMs: 30_000, least: 0.4, greatest: 0.6 })
    const disk = told({ samples: 4, seriesMs: 60_000, grew: 48 })
    const idle = told({ samples: 4, seriesMs: 120_000, grew: 60 })
    const { capacity, utilisation } = whole({
      'default busy cpu': cpu,
      'default busy sda': disk,
      'default idle cpu': idle,
    })
    expect(utilisation).toMatchObject({ value: 0.8, rule: 'busiest-of-host' })
    expect(capacity).toMatchObject({
      value: 1.25,
      rule: 'throughput-over-utilisation',
      sources: ['gateway', 'node'],
    })
  })

  it('says nothing of the limits of a host that has hardly anything to do', () => {
    const cpu = told({ samples: 4, seriesMs: 60_000, levelMs: 600, least: 0, greatest: 0.1 })
    expect(whole({ 'default busy cpu': cpu }).capacity.value).toBeNull()
  })

  it('can do what an experiment found that its instances can, whatever is expected of them', () => {
    const tried = told({ samples: 4, seriesMs: 60_000, levelMs: 60_000 * 3, least: 3, greatest: 3 })
    const { capacity, utilisation } = eightMetrics({
      kind: 'part',
      tally: { ...minute, takesIn: 120, instancesMs: 120_000, inputs: { 'default capacity': tried } },
      parts: [],
      rules: [],
    })
    expect(capacity).toEqual({ value: 6, rule: 'tried-capacity', observations: 4, sources: ['node'] })
    expect(utilisation.value).toBeCloseTo(1 / 6, 9)
  })

  it('is as satisfied as clients say', () => {
    const metrics = whole({
      'default answers': told({ samples: 2, grew: 8 }),
      'default score': told({ samples: 2, grew: 6 }),
    })
    expect(metrics.satisfaction).toMatchObject({ value: 0.75, rule: 'mean-answer', observations: 8 })
  })

  it('is what a rule makes of it, and that alone', () => {
    const rule: Rule = {
      name: branded<RuleName>('busy'),
      version: 3,
      part: null,
      metric: 'utilisation',
      unit: null,
      inputs: [
        {
          select: { source: null, series: 'load', labels: [] },
          statistic: { of: 'mean' },
          scale: 0.5,
          plus: 0,
          weight: 1,
        },
      ],
      combine: 'sum',
    }
    const load = told({ samples: 4, seriesMs: 60_000, levelMs: 60_000, least: 1, greatest: 1 })
    expect(whole({ 'rule busy@3 0': load }, [rule]).utilisation).toEqual({
      value: 0.5,
      rule: 'rule:busy',
      observations: 4,
      sources: ['node'],
    })
    // What an earlier version was made of is something else.
    expect(whole({ 'rule busy@2 0': load }, [rule]).utilisation).toEqual({
      value: null,
      reason: 'Nothing was told in this time of load, from which rule busy makes it.',
    })
  })

  it('has a line of those inside beyond what is served at once, where nobody sees them wait', () => {
    const line = (placesMs: number) =>
      eightMetrics({
        kind: 'part',
        tally: { ...minute, sources: ['app'], insideMs: 300_000, placesMs },
        parts: [],
        rules: [],
      }).queueLength
    expect(line(120_000)).toMatchObject({ value: 3, rule: 'inside-beyond-places' })
    expect(line(0).value).toBeNull()
  })
})
