/** What a rule would have given, had it been there: tried on what sources told lately, interval by interval. Pure. */
import {
  addInputs,
  createCoverage,
  evaluateRule,
  evaluateTimes,
  inputName,
  ruleInputs,
  type InputTally,
  type Interval,
  type Metric,
  type Rule,
} from '@holdfast/core/health'
import type { History } from './history.ts'

export interface Tried {
  readonly interval: Interval
  /** Of a service time its mean, in milliseconds. */
  readonly metric: Metric<number>
}

export function tryRule(
  rule: Rule,
  history: Pick<History, 'between'>,
  intervals: readonly Interval[],
): readonly Tried[] {
  const tally = ruleInputs([rule])
  const coverage = createCoverage()
  return intervals.map((interval) => {
    const told = history.between(interval.from, interval.to).map((readings) => tally(readings, coverage))
    return { interval, metric: figureOf(rule, summed(rule, told)) }
  })
}

const summed = (
  rule: Rule,
  told: readonly Readonly<Record<string, InputTally>>[],
): readonly (InputTally | undefined)[] =>
  rule.inputs.map((_, index) => {
    const name = inputName(rule, index)
    return told.reduce<InputTally | undefined>((sum, inputs) => {
      const one = inputs[name]
      if (one === undefined) return sum
      return sum === undefined ? one : addInputs(sum, one)
    }, undefined)
  })

function figureOf(rule: Rule, inputs: readonly (InputTally | undefined)[]): Metric<number> {
  if (rule.metric !== 'service-time') return evaluateRule(rule, inputs)
  const times = evaluateTimes(rule, inputs)
  return 'reason' in times ? times : { ...times, value: times.value.meanMs }
}
