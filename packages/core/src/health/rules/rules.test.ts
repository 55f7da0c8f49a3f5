// Goal: a rule's figure is what it says of the series that it selects, over whatever interval is asked for.
// Method: readings by hand, tallied as a tick does, added up as intervals are, and evaluated.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distributionOf } from '../../stats/index.ts'
import { branded, epochMs, type RuleName } from '../../units/index.ts'
import type { JoinedReading, SeriesKind } from '../series/index.ts'
import { evaluateRule } from './evaluate.ts'
import { createCoverage } from './coverage.ts'
import { addInputs, type InputTally } from './input-tally.ts'
import { inputName, ruleInputs } from './rule-inputs.ts'
import type { Combination, Rule, RuleInput, Statistic } from './rule.ts'

const NONE: ReadonlyMap<number, number> = new Map()

interface Told {
  readonly kind?: SeriesKind
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly source?: string
  readonly from?: number
  readonly to?: number
  readonly sum?: number
  readonly least?: number
  readonly greatest?: number
  readonly last?: number
  readonly values?: readonly number[]
  readonly overs?: ReadonlyMap<number, number>
}

/** Over ten seconds, unless it says otherwise. */
const reading = (told: Told): JoinedReading => ({
  series: {
    source: told.source ?? 'app',
    about: { part: null, instance: null },
    name: told.name ?? 'x',
    labels: told.labels ?? {},
    kind: told.values === undefined ? (told.kind ?? 'counter') : 'distribution',
    unit: null,
  },
  from: epochMs(told.from ?? 0),
  to: epochMs(told.to ?? 10_000),
  samples: 1,
  sum: told.sum ?? 0,
  least: told.least ?? 0,
  greatest: told.greatest ?? 0,
  last: told.last ?? 0,
  distribution: told.values === undefined ? null : distributionOf(told.values),
  over: null,
  overs: told.overs ?? NONE,
})

const input = (statistic: Statistic, more: Partial<RuleInput> = {}): RuleInput => ({
  select: { source: null, series: 'x', labels: [] },
  statistic,
  scale: 1,
  plus: 0,
  weight: 1,
  ...more,
})

const ruleOf = (inputs: readonly RuleInput[], combine: Combination = 'sum'): Rule => ({
  name: branded<RuleName>('made'),
  version: 1,
  part: null,
  metric: 'made',
  unit: null,
  inputs,
  combine,
})

/** Each list of readings is a tick's. */
function figureOf(rule: Rule, ...ticks: readonly (readonly JoinedReading[])[]): number | string | null {
  const tally = ruleInputs([rule])
  const coverage = createCoverage()
  const all = new Map<string, InputTally>()
  for (const readings of ticks) {
    for (const [name, told] of Object.entries(tally(readings, coverage))) {
      const before = all.get(name)
      all.set(name, before === undefined ? told : addInputs(before, told))
    }
  }
  const metric = evaluateRule(
    rule,
    rule.inputs.map((_, index) => all.get(inputName(rule, index))),
  )
  return 'reason' in metric ? metric.reason : metric.value
}

describe('a statistic', () => {
  const two = [reading({ sum: 30, labels: { cpu: '0' } }), reading({ sum: 50, labels: { cpu: '1' } })]
  const gauges = [
    reading({ kind: 'gauge', sum: 20_000, least: 1, greatest: 3, last: 3, labels: { pool: 'a' } }),
    reading({ kind: 'gauge', sum: 60_000, least: 5, greatest: 7, last: 5, labels: { pool: 'b' } }),
  ]
  const values = [reading({ values: [10, 20, 30, 40] })]
  it.each<[string, Statistic, readonly JoinedReading[], number]>([
    ['sum of counters is what they grew by', { of: 'sum' }, two, 80],
    ['rate of counters is that a second, together', { of: 'rate' }, two, 8],
    ['mean of counters is the rate of one of them', { of: 'mean' }, two, 4],
    ['sum of gauges is their means together', { of: 'sum' }, gauges, 8],
    ['mean of gauges is by time', { of: 'mean' }, gauges, 4],
    ['max of gauges is the greatest of any', { of: 'max' }, gauges, 7],
    ['min of gauges is the least of any', { of: 'min' }, gauges, 1],
    ['last of gauges is what they stand at together', { of: 'last' }, gauges, 8],
    ['mean of a distribution is by count', { of: 'mean' }, values, 25],
    ['count of a distribution is how many values', { of: 'count' }, values, 4],
    ['rate of a distribution is how many a second', { of: 'rate' }, values, 0.4],
    ['max of a distribution is the greatest value', { of: 'max' }, values, 40],
    ['over is how many exceeded the limit', { of: 'over', limit: 25 }, values, 2],
  ])('%s', (_, statistic, readings, figure) => {
    expect(figureOf(ruleOf([input(statistic)]), readings)).toBeCloseTo(figure, 9)
  })

  it('takes the exact count over a limit where it is known', () => {
    const exact = reading({ values: [10, 20], overs: new Map([[15, 7]]) })
    expect(figureOf(ruleOf([input({ of: 'over', limit: 15 })]), [exact])).toBe(7)
  })

  it('knows a percentile to the bucket', () => {
    const readings = [reading({ values: Array.from({ length: 100 }, (_, i) => i + 1) })]
    expect(figureOf(ruleOf([input({ of: 'percentile', share: 0.9 })]), readings)).toBeCloseTo(90, 0)
  })
})

it('says which statistic there is not of such a series', () => {
  const said = (of: Statistic, told: Told): number | string | null =>
    figureOf(ruleOf([input(of)]), [reading(told)])
  expect(said({ of: 'percentile', share: 0.99 }, { kind: 'counter', sum: 5, least: Infinity })).toBe(
    'Of x, a counter, there is no percentile.',
  )
  expect(said({ of: 'rate' }, { kind: 'gauge', least: 1, greatest: 1 })).toBe(
    'Of x, a gauge, there is no rate.',
  )
  expect(said({ of: 'last' }, { values: [1] })).toBe('Of x, a distribution, there is no last.')
})

describe('a selection', () => {
  it('means series by name, source and labels', () => {
    const rule = ruleOf([
      input(
        { of: 'sum' },
        {
          select: {
            source: 'app',
            series: 'x',
            labels: [
              { label: 'path', is: { text: '/a' } },
              { label: 'code', is: { pattern: '2..' } },
            ],
          },
        },
      ),
    ])
    const meant = { labels: { path: '/a', code: '200' }, sum: 1 }
    const readings = [
      reading(meant),
      reading({ ...meant, source: 'other' }),
      reading({ ...meant, name: 'y' }),
      reading({ ...meant, labels: { path: '/b', code: '200' } }),
      reading({ ...meant, labels: { path: '/a', code: '2000' } }),
    ]
    expect(figureOf(rule, readings)).toBe(1)
  })

  it('takes a label that is not there as an empty one', () => {
    const rule = ruleOf([
      input(
        { of: 'sum' },
        { select: { source: null, series: 'x', labels: [{ label: 'le', is: { text: '' } }] } },
      ),
    ])
    expect(figureOf(rule, [reading({ sum: 3 }), reading({ sum: 4, labels: { le: '1' } })])).toBe(3)
  })
})

describe('a combination', () => {
  const of = (combine: Combination, ...sums: readonly number[]): number | string | null =>
    figureOf(
      ruleOf(
        sums.map((_, i) =>
          input({ of: 'sum' }, { select: { source: null, series: `x${i}`, labels: [] }, weight: i + 1 }),
        ),
        combine,
      ),
      sums.map((sum, i) => reading({ name: `x${i}`, sum })),
    )
  it.each<[Combination, number]>([
    ['sum', 8],
    ['difference', 4],
    ['product', 12],
    ['ratio', 3],
    ['max', 6],
    ['min', 2],
    ['weighted-mean', 10 / 3],
    ['first', 6],
  ])('%s of 6 and 2', (combine, figure) => {
    expect(of(combine, 6, 2)).toBeCloseTo(figure, 9)
  })

  it('scales and shifts each input', () => {
    const rule = ruleOf([input({ of: 'rate' }, { scale: -0.5, plus: 1 })])
    expect(figureOf(rule, [reading({ sum: 4 })])).toBeCloseTo(0.8, 9)
  })

  it('does not divide by zero', () => {
    expect(of('ratio', 1, 0)).toBe('Rule made divides by zero.')
  })

  it('takes the first input that anything is known of', () => {
    const rule = ruleOf(
      ['gone', 'x'].map((series) => input({ of: 'sum' }, { select: { source: null, series, labels: [] } })),
      'first',
    )
    expect(figureOf(rule, [reading({ sum: 3 })])).toBe(3)
  })

  it('is not known while an input is not, where each counts', () => {
    const rule = ruleOf(
      ['gone', 'x'].map((series) => input({ of: 'sum' }, { select: { source: null, series, labels: [] } })),
    )
    expect(figureOf(rule, [reading({ sum: 3 })])).toBe('Nothing was told of gone, which rule made needs.')
  })
})

it('gives the same figure however the time is cut into ticks', () => {
  const ticks = fc.array(fc.record({ grew: fc.nat({ max: 99 }), ms: fc.integer({ min: 1, max: 9_999 }) }), {
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(ticks, (all) => {
      const rule = ruleOf([input({ of: 'rate' })])
      let to = 0
      const cut = all.map(({ grew, ms }) => {
        to += ms
        return [reading({ sum: grew, from: to - ms, to })]
      })
      const grew = all.reduce((sum, one) => sum + one.grew, 0)
      const ms = all.reduce((sum, one) => sum + one.ms, 0)
      expect(figureOf(rule, ...cut)).toBeCloseTo((grew * 1_000) / ms, 6)
    }),
  )
})

it('counts a second in which several processes told once, whenever each of them tells', () => {
  const rule = ruleOf([input({ of: 'rate' })])
  const ticks = Array.from({ length: 30 }, (_, i) => {
    const to = (i + 1) * 2_000
    // One tells every four seconds, the other every six; both count five a second.
    return [4_000, 6_000]
      .filter((pace) => to % pace === 0)
      .map((pace) => reading({ sum: pace / 200, from: to - pace, to, labels: { process: String(pace) } }))
  })
  expect(figureOf(rule, ...ticks)).toBeCloseTo(10, 6)
})
