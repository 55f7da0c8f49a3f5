// Goal: whatever a source says, what decisions look at and what is stored are numbers, and counts are none below zero.
// Method: values and bounds by chance, the absurd among them, told through several ticks to sinks as decoders do.
import { canonicalJson } from '@holdfast/core/control'
import { eightMetrics, moreMetrics, type Rule, type SeriesSink } from '@holdfast/core/health'
import { distributionOf } from '@holdfast/core/stats'
import { branded, epochMs, type LevelName, type RuleName, type SourceName } from '@holdfast/core/units'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { talliesOf } from '../health/tallies-of.ts'
import { writeTallies } from '../health/stored-tallies.ts'
import { observe } from '../loop/sense.ts'
import type { CountedLevel } from '../platforms/gateway/gateway.ts'
import { createServiceSources } from './service-sources.ts'
import { resolvedShop } from './testing/resolved-shop.ts'

const T = 1_800_000_000_000

const level: CountedLevel = {
  level: branded<LevelName>('fast'),
  counts: 'response-time',
  limitMs: 100,
  part: null,
  operation: null,
  class: null,
}

const ruleOf = (metric: string, of: Rule['inputs'][number]['statistic'], combine: Rule['combine']): Rule => ({
  name: branded<RuleName>(metric),
  version: 1,
  part: null,
  metric,
  unit: null,
  inputs: ['wild', 'other'].map((series) => ({
    select: { source: null, series, labels: [] },
    statistic: of,
    scale: 1,
    plus: 0,
    weight: 1,
  })),
  combine,
})
const RULES = [
  ruleOf('satisfaction', { of: 'mean' }, 'product'),
  ruleOf('one-more', { of: 'sum' }, 'sum'),
  ruleOf('capacity', { of: 'rate' }, 'ratio'),
]

const value = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, 5, 100, 1e15, 1.7e308, 5e-324, Infinity, -Infinity, NaN, -1),
  fc.double({ min: 0, max: 1_000, noNaN: true }),
)
const instant = fc.oneof(
  fc.integer({ min: -20_000, max: 20_000 }),
  fc.constantFrom(-T, -T + 1, 0, 4_000_000_000_000 - T),
)

const telling = fc.record({
  way: fc.constantFrom('counter', 'gauge', 'observe', 'bucket', 'sum', 'stands', 'adds', 'rule', 'other'),
  value,
  /** A tenth of a second is what the level allows. */
  bound: fc.oneof(value, fc.constantFrom(0.1, 0.2, Infinity)),
  at: instant,
  from: instant,
})
type Telling = typeof telling extends fc.Arbitrary<infer T> ? T : never

const WAYS: Readonly<
  Record<Telling['way'], readonly [name: string, kind: 'counter' | 'gauge' | 'distribution']>
> = {
  counter: ['http_requests_total', 'counter'],
  gauge: ['http.server.active_requests', 'gauge'],
  observe: ['http.server.request.duration', 'distribution'],
  stands: ['http.server.request.duration', 'distribution'],
  adds: ['rpc.server.duration', 'distribution'],
  bucket: ['http_request_duration_seconds_bucket', 'counter'],
  sum: ['http_request_duration_seconds_sum', 'counter'],
  rule: ['wild', 'gauge'],
  other: ['other', 'gauge'],
}

function tell(sink: SeriesSink, { way, value: said, bound, at, from }: Telling, now: number): void {
  const [name, kind] = WAYS[way]
  const labels = way === 'bucket' ? { le: String(bound) } : {}
  const handle = sink.open({ about: { part: null, instance: null }, name, labels, kind, unit: null })
  const seen = { ...distributionOf([Math.abs(bound), 3]), sum: said }
  if (way === 'observe') sink.observe(handle, said, now + at)
  else if (way === 'stands') sink.distribution(handle, seen, now + at, now + from)
  else if (way === 'adds') sink.addDistribution(handle, seen, now + from, now + at)
  else if (kind === 'gauge') sink.gauge(handle, said, now + at)
  else if (said > 100) sink.increase(handle, said, now + from, now + at)
  else sink.counter(handle, said, now + at)
}

it('makes of anything that a source says figures that can be decided with and stored', () => {
  const resolved = { ...resolvedShop(), rules: RULES }
  const { service } = resolved
  fc.assert(
    fc.property(fc.array(fc.array(telling, { maxLength: 12 }), { maxLength: 6 }), (ticks) => {
      const sources = createServiceSources(resolved)
      sources.follow(resolved, { levels: [level], satisfaction: [] })
      const intake = sources.intake(branded<SourceName>('liar'))
      if (intake === null) throw new Error('There is no room for the source.')
      for (const [i, all] of ticks.entries()) {
        const now = epochMs(T + i * 2_000)
        for (const one of all) tell(intake.sink, one, now)
        const told = sources.take(now)
        const { measured, answers } = told
        const span = measured ?? { from: epochMs(now - 2_000), to: now }
        const observation = observe({
          service,
          span,
          measured,
          answers,
          untold: [],
          instances: [],
          hosts: new Map(),
        })
        canonicalJson(observation)
        for (const { met, missed } of observation.levels)
          expect(Math.min(met, missed)).toBeGreaterThanOrEqual(0)
        expect(span.to - span.from).toBeLessThanOrEqual(2 * 3_600_000)
        const tallies = talliesOf({ resolved, measured, told, present: [], observation, at: now })
        if (tallies === null) continue
        expect(writeTallies(tallies)).not.toContain('null')
        const subject = { kind: 'service' as const, tally: tallies.service, parts: [], rules: RULES }
        canonicalJson([eightMetrics(subject), moreMetrics(subject)])
      }
    }),
    { numRuns: 2_000 },
  )
})
