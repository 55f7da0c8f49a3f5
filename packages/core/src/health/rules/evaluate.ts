/** A rule's figure over an interval, from what its inputs came to. What is not known is null with the reason. */
import { quantile } from '../../stats/index.ts'
import type { Metric, Times } from '../metric.ts'
import { timesIn } from '../summarise.ts'
import { union, type InputTally } from './input-tally.ts'
import type { Rule, RuleInput, Statistic } from './rule.ts'

/** Of a service time. */
export function evaluateTimes(rule: Rule, inputs: readonly (InputTally | undefined)[]): Metric<Times> {
  const [tally] = inputs
  if (tally === undefined || tally.distribution.count === 0) return unfit(rule, inputs) ?? nothing(rule)
  const { distribution } = tally
  return known(rule, timesIn(distribution, rule.inputs[0]?.scale), [tally])
}

/** Of any other metric. */
export function evaluateRule(rule: Rule, tallies: readonly (InputTally | undefined)[]): Metric<number> {
  const figures = rule.inputs.map((input, i): Figure | null => {
    const tally = tallies[i]
    if (tally === undefined || tally.samples === 0) return null
    const figure = statisticOf(input.statistic, tally)
    return figure === null ? null : { value: figure * input.scale + input.plus, input, tally }
  })
  const there = figures.filter((figure) => figure !== null)
  const [first] = there
  if (first === undefined) return unfit(rule, tallies) ?? nothing(rule)
  if (rule.combine === 'first') return known(rule, first.value, [first.tally])
  const missing = figures.findIndex((figure) => figure === null)
  // Of what is added, divided or weighed nothing may be missing: the figure would be another one.
  if (missing !== -1 && rule.combine !== 'max' && rule.combine !== 'min') {
    const series = rule.inputs[missing]?.select.series ?? ''
    return { value: null, reason: `Nothing was told of ${series}, which rule ${rule.name} needs.` }
  }
  const value = combined(rule, there)
  if (value === null) return { value: null, reason: `Rule ${rule.name} divides by zero.` }
  return known(
    rule,
    value,
    there.map(({ tally }) => tally),
  )
}

interface Figure {
  readonly value: number
  readonly input: RuleInput
  readonly tally: InputTally
}

const nothing = ({ name, inputs }: Rule): { readonly value: null; readonly reason: string } => ({
  value: null,
  reason: `Nothing was told in this time of ${inputs.map(({ select }) => select.series).join(', ')}, from which rule ${name} makes it.`,
})

/** Where something was told, and the statistic says nothing of such series. */
function unfit(
  { inputs }: Rule,
  tallies: readonly (InputTally | undefined)[],
): { readonly value: null; readonly reason: string } | null {
  for (const [i, { select, statistic }] of inputs.entries()) {
    const tally = tallies[i]
    if (tally === undefined || tally.samples === 0 || isFit(statistic, tally)) continue
    return { value: null, reason: `Of ${select.series}, ${kindOf(tally)}, there is no ${statistic.of}.` }
  }
  return null
}

function isFit({ of }: Statistic, tally: InputTally): boolean {
  switch (kindOf(tally)) {
    case 'a distribution':
      return of !== 'last'
    case 'a counter':
      return of !== 'max' && of !== 'min' && of !== 'percentile' && of !== 'over' && of !== 'distribution'
    case 'a gauge':
      return of !== 'rate' && of !== 'percentile' && of !== 'over' && of !== 'distribution'
  }
}

function kindOf({ distribution, least }: InputTally): 'a distribution' | 'a counter' | 'a gauge' {
  if (distribution.count > 0) return 'a distribution'
  return least === Infinity ? 'a counter' : 'a gauge'
}

const known = <T>(rule: Rule, value: T, tallies: readonly InputTally[]): Metric<T> => ({
  value,
  rule: `rule:${rule.name}`,
  observations: tallies.reduce((sum, { samples }) => sum + samples, 0),
  sources: tallies.reduce<readonly string[]>((all, { sources }) => union(all, sources), []),
})

/** Null where the statistic says nothing of such series. */
function statisticOf(statistic: Statistic, tally: InputTally): number | null {
  if (tally.distribution.count > 0) return ofDistribution(statistic, tally)
  return tally.least === Infinity ? ofCounter(statistic.of, tally) : ofGauge(statistic.of, tally)
}

function ofDistribution(
  statistic: Statistic,
  { grew, coveredMs, over, distribution }: InputTally,
): number | null {
  switch (statistic.of) {
    case 'mean':
      return grew / distribution.count
    case 'sum':
      return grew
    case 'rate':
      return perSecond(distribution.count, coveredMs)
    case 'count':
      return distribution.count
    case 'max':
      return distribution.max
    case 'min':
      return distribution.min
    case 'percentile':
      return quantile(distribution, statistic.share)
    case 'over':
      return over
    case 'last':
    case 'distribution':
      return null
  }
}

function ofCounter(of: Statistic['of'], { grew, seriesMs, coveredMs, last }: InputTally): number | null {
  switch (of) {
    case 'sum':
    case 'count':
      return grew
    case 'rate':
      return perSecond(grew, coveredMs)
    case 'mean':
      return perSecond(grew, seriesMs)
    case 'last':
      return last
    case 'max':
    case 'min':
    case 'percentile':
    case 'over':
    case 'distribution':
      return null
  }
}

function ofGauge(
  of: Statistic['of'],
  { samples, levelMs, seriesMs, coveredMs, least, greatest, last }: InputTally,
): number | null {
  switch (of) {
    // Of a single instant the value then is all that is known.
    case 'mean':
      return seriesMs === 0 ? last : levelMs / seriesMs
    case 'sum':
      return coveredMs === 0 ? last : levelMs / coveredMs
    case 'count':
      return samples
    case 'max':
      return greatest
    case 'min':
      return least
    case 'last':
      return last
    case 'rate':
    case 'percentile':
    case 'over':
    case 'distribution':
      return null
  }
}

const perSecond = (count: number, ms: number): number | null => (ms === 0 ? null : (count * 1_000) / ms)

/** Null where it would divide by zero. */
function combined({ combine }: Rule, figures: readonly Figure[]): number | null {
  const values = figures.map(({ value }) => value)
  const [first = 0, second = 0] = values
  switch (combine) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0)
    case 'difference':
      return first - second
    case 'product':
      return values.reduce((product, value) => product * value, 1)
    case 'ratio':
      return second === 0 ? null : first / second
    case 'max':
      return Math.max(...values)
    case 'min':
      return Math.min(...values)
    case 'weighted-mean': {
      const weights = figures.reduce((sum, { input }) => sum + input.weight, 0)
      return figures.reduce((sum, { value, input }) => sum + value * input.weight, 0) / weights
    }
    case 'first':
      return first
  }
}
